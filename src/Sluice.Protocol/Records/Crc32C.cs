using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Arm64 = System.Runtime.Intrinsics.Arm.Crc32.Arm64;
using X64 = System.Runtime.Intrinsics.X86.Sse42.X64;

namespace Sluice.Protocol.Records;

/// <summary>CRC-32C (Castagnoli): reflected polynomial 0x82F63B78, initial value and final xor 0xFFFFFFFF.</summary>
/// <remarks>
/// Uses the processor's CRC instruction where there is one (SSE 4.2, Arm CRC), else tables. The instruction takes eight bytes and
/// can start every cycle but needs about three to finish, so long inputs are cut in three lanes that are computed side by side
/// and joined by <see cref="Crc32CTables.Shift"/>.
/// </remarks>
public static class Crc32C
{
    // Two lane lengths: the long one makes joining negligible, the short one serves what remains, and batches of a few KiB.
    internal const int LongLaneBytes = 4096;
    internal const int ShortLaneBytes = 256;

    /// <summary>Checksum of <paramref name="data"/>.</summary>
    /// <param name="data">Any length; empty gives 0.</param>
    /// <returns>The value as it stands, big-endian, in a record batch or a producer snapshot.</returns>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>Checksum of earlier data followed by <paramref name="data"/>.</summary>
    /// <param name="crc">Result for the earlier data; 0 for none.</param>
    /// <param name="data">Any length.</param>
    /// <returns>What <see cref="Compute"/> gives for both pieces joined.</returns>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        if (X64.IsSupported) return ~Update<X64Step>(~crc, data);
        if (Arm64.IsSupported) return ~Update<Arm64Step>(~crc, data);
        return ~Crc32CTables.Update(~crc, data);
    }

    private static uint Update<TStep>(ulong register, ReadOnlySpan<byte> data)
        where TStep : struct, IStep
    {
        ref byte start = ref MemoryMarshal.GetReference(data);
        nint position = 0;
        nint remainingBytes = data.Length;

        for (; remainingBytes >= 3 * LongLaneBytes; remainingBytes -= 3 * LongLaneBytes, position += 3 * LongLaneBytes)
            register = ThreeLanes<TStep>(register, ref Unsafe.Add(ref start, position), LongLaneBytes, Crc32CTables.LongShift);

        for (; remainingBytes >= 3 * ShortLaneBytes; remainingBytes -= 3 * ShortLaneBytes, position += 3 * ShortLaneBytes)
            register = ThreeLanes<TStep>(register, ref Unsafe.Add(ref start, position), ShortLaneBytes, Crc32CTables.ShortShift);

        for (; remainingBytes >= sizeof(ulong); remainingBytes -= sizeof(ulong), position += sizeof(ulong))
            register = TStep.Eight(register, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, position)));

        for (; remainingBytes > 0; remainingBytes--, position++)
            register = TStep.One((uint)register, Unsafe.Add(ref start, position));

        return (uint)register;
    }

    private static ulong ThreeLanes<TStep>(ulong register, ref byte start, nint laneBytes, uint[] shift)
        where TStep : struct, IStep
    {
        ulong second = 0;
        ulong third = 0;
        ref byte secondStart = ref Unsafe.Add(ref start, laneBytes);
        ref byte thirdStart = ref Unsafe.Add(ref secondStart, laneBytes);
        for (nint position = 0; position < laneBytes; position += sizeof(ulong))
        {
            register = TStep.Eight(register, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, position)));
            second = TStep.Eight(second, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref secondStart, position)));
            third = TStep.Eight(third, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref thirdStart, position)));
        }

        // A CRC is linear: the register after "A then B" is A's register moved over B's length, xor B's register from zero.
        uint joined = Crc32CTables.Shift(shift, (uint)register) ^ (uint)second;
        return Crc32CTables.Shift(shift, joined) ^ (uint)third;
    }

    // A struct type argument, so that the instruction stands in the loop without a call.
    private interface IStep
    {
        static abstract ulong Eight(ulong register, ulong data);

        static abstract uint One(uint register, byte data);
    }

    private readonly struct X64Step : IStep
    {
        public static ulong Eight(ulong register, ulong data) => X64.Crc32(register, data);

        public static uint One(uint register, byte data) => System.Runtime.Intrinsics.X86.Sse42.Crc32(register, data);
    }

    private readonly struct Arm64Step : IStep
    {
        public static ulong Eight(ulong register, ulong data) => Arm64.ComputeCrc32C((uint)register, data);

        public static uint One(uint register, byte data) => System.Runtime.Intrinsics.Arm.Crc32.ComputeCrc32C(register, data);
    }
}
