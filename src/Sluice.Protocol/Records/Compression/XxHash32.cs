using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Protocol.Records.Compression;

/// <summary>xxHash with 32 bits and seed 0, which LZ4 frames use for all their checksums.</summary>
internal static class XxHash32
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;
    private const int StripeBytes = 16;

    /// <summary>Hash of <paramref name="data"/>.</summary>
    /// <param name="data">Any length.</param>
    /// <returns>The value that stands, little-endian, in a frame.</returns>
    internal static uint Compute(ReadOnlySpan<byte> data)
    {
        uint hash = data.Length >= StripeBytes ? Stripes(data) : Prime5;
        hash += (uint)data.Length;
        data = data[(data.Length & ~(StripeBytes - 1))..];

        for (; data.Length >= sizeof(uint); data = data[sizeof(uint)..])
        {
            hash += BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime3;
            hash = BitOperations.RotateLeft(hash, 17) * Prime4;
        }

        foreach (byte value in data)
        {
            hash += value * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    private static uint Stripes(ReadOnlySpan<byte> data)
    {
        uint first = unchecked(Prime1 + Prime2);
        uint second = Prime2;
        uint third = 0;
        uint fourth = unchecked(0 - Prime1);
        for (; data.Length >= StripeBytes; data = data[StripeBytes..])
        {
            first = Round(first, BinaryPrimitives.ReadUInt32LittleEndian(data));
            second = Round(second, BinaryPrimitives.ReadUInt32LittleEndian(data[4..]));
            third = Round(third, BinaryPrimitives.ReadUInt32LittleEndian(data[8..]));
            fourth = Round(fourth, BinaryPrimitives.ReadUInt32LittleEndian(data[12..]));
        }

        return BitOperations.RotateLeft(first, 1) + BitOperations.RotateLeft(second, 7)
            + BitOperations.RotateLeft(third, 12) + BitOperations.RotateLeft(fourth, 18);
    }

    private static uint Round(uint lane, uint word) => BitOperations.RotateLeft(lane + (word * Prime2), 13) * Prime1;
}
