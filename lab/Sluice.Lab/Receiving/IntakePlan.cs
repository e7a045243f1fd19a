namespace Sluice.Lab.Receiving;

/// <summary>One way to bring bytes from a socket into a file.</summary>
/// <param name="Mechanism">See <see cref="IntakeCatalog"/>.</param>
/// <param name="FilePath">The file; made by the receiver, removed by whoever started it.</param>
/// <param name="LengthBytes">How many bytes come.</param>
/// <param name="ChunkBytes">Bytes per call at most.</param>
/// <param name="Crc">Whether CRC-32C is computed over the bytes.</param>
internal sealed record IntakePlan(string Mechanism, string FilePath, long LengthBytes, int ChunkBytes, bool Crc);
