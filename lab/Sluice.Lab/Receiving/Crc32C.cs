using System.Numerics;
using System.Runtime.InteropServices;

namespace Sluice.Lab.Receiving;

/// <summary>CRC-32C by the processor's own instruction, as a log computes it over its batches.</summary>
internal static class Crc32C
{
    /// <summary>What <see cref="Append"/> begins with.</summary>
    internal const uint Start = uint.MaxValue;

    /// <summary>Goes on over more bytes; the final value is the complement.</summary>
    internal static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) state = BitOperations.Crc32C(state, word);
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..]) state = BitOperations.Crc32C(state, rest);
        return state;
    }
}
