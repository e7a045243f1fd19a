namespace Sluice.Protocol.Records;

/// <summary>CRC-32 (IEEE 802.3), which the formats before magic 2 use. Read rarely, so one small table serves.</summary>
internal static class Crc32
{
    private const uint ReflectedPolynomial = 0xEDB88320;

    private static readonly uint[] Table = BuildTable();

    /// <summary>Checksum of <paramref name="data"/>.</summary>
    /// <param name="data">Any length; empty gives 0.</param>
    /// <returns>The value as it stands, big-endian, in an old message.</returns>
    internal static uint Compute(ReadOnlySpan<byte> data)
    {
        uint register = uint.MaxValue;
        foreach (byte value in data) register = (register >> 8) ^ Table[(byte)(register ^ value)];
        return ~register;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[256];
        for (uint value = 0; value < table.Length; value++)
        {
            uint register = value;
            for (int bit = 0; bit < 8; bit++) register = (register >> 1) ^ ((register & 1) * ReflectedPolynomial);
            table[value] = register;
        }

        return table;
    }
}
