namespace Sluice.Log.Compaction;

/// <summary>Working memory of one cleaner thread: an array that grows to the largest batch and is let go with its owner.</summary>
internal sealed class CleaningBuffer(int sizeBytes)
{
    /// <summary>Room for a batch header at the least, whatever the settings say.</summary>
    private const int SizeBytesMin = 4096;

    private byte[] _bytes = new byte[Math.Max(sizeBytes, SizeBytesMin)];

    /// <summary>All of it.</summary>
    public Span<byte> Span => _bytes;

    /// <summary>Moves a part to the front, and grows so that a number of bytes fits.</summary>
    /// <param name="position">Where the part begins.</param>
    /// <param name="lengthBytes">How long it is.</param>
    /// <param name="neededBytes">Bytes that must fit, the part included.</param>
    public void MakeRoom(int position, int lengthBytes, int neededBytes)
    {
        Span<byte> part = _bytes.AsSpan(position, lengthBytes);
        if (neededBytes > _bytes.Length)
        {
            _bytes = new byte[(int)Math.Min(Array.MaxLength, Math.Max(neededBytes, 2L * _bytes.Length))];
        }

        part.CopyTo(_bytes);
    }
}
