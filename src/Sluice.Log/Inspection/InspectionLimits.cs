namespace Sluice.Log.Inspection;

/// <summary>How much of a damaged or hostile file an inspection is ready to hold in memory.</summary>
/// <param name="BatchBytesMax">Largest batch in bytes whose records are looked at, 1 or more; of a larger one only the checksum is computed.</param>
/// <param name="DecompressedBytesMax">Bytes that the records of one batch may decompress to, 1 or more.</param>
public readonly record struct InspectionLimits(int BatchBytesMax, int DecompressedBytesMax)
{
    /// <summary>Room for every batch that a broker with its default settings accepts, a hundred times over.</summary>
    public static InspectionLimits Default => new(BatchBytesMax: 128 * 1024 * 1024, DecompressedBytesMax: 512 * 1024 * 1024);
}
