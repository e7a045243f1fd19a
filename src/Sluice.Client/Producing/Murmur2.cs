using System.Buffers.Binary;

namespace Sluice.Client.Producing;

/// <summary>The 32-bit MurmurHash2 with the seed that Kafka's clients spread keys by.</summary>
internal static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;
    private const int Shift = 24;

    /// <summary>Hashes a key.</summary>
    /// <param name="data">Any length.</param>
    /// <returns>All 32 bits, so possibly negative.</returns>
    internal static int Hash(ReadOnlySpan<byte> data)
    {
        uint hash = Seed ^ (uint)data.Length;
        while (data.Length >= sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
            word ^= word >> Shift;
            hash = (hash * Multiplier) ^ (word * Multiplier);
            data = data[sizeof(uint)..];
        }

        if (!data.IsEmpty)
        {
            uint tail = data[0];
            if (data.Length > 1) tail |= (uint)data[1] << 8;
            if (data.Length > 2) tail |= (uint)data[2] << 16;
            hash = (hash ^ tail) * Multiplier;
        }

        hash = (hash ^ (hash >> 13)) * Multiplier;
        return (int)(hash ^ (hash >> 15));
    }

    /// <summary>The partition that Kafka's clients choose for a key.</summary>
    /// <param name="key">Any length.</param>
    /// <param name="partitionCount">1 or more.</param>
    /// <returns>0 to <paramref name="partitionCount"/> - 1.</returns>
    internal static int Partition(ReadOnlySpan<byte> key, int partitionCount) => (Hash(key) & int.MaxValue) % partitionCount;
}
