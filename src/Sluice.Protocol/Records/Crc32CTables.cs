using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Protocol.Records;

/// <summary>The tables behind <see cref="Crc32C"/>: eight bytes at a time without a CRC instruction, and moving a register over zeros.</summary>
/// <remarks>"Register" is the CRC before the final xor. Everything here is computed at first use, 16 KiB in all, and never changes.</remarks>
internal static class Crc32CTables
{
    private const uint ReflectedPolynomial = 0x82F63B78;
    private const int RegisterBits = 32;
    private const int ByteValues = 256;

    // Slice k, entries k*256 .. k*256+255: the register after byte b and then k zero bytes.
    private static readonly uint[] Slices = BuildSlices();

    /// <summary>For <see cref="Shift"/>: over <see cref="Crc32C.LongLaneBytes"/> zero bytes.</summary>
    internal static readonly uint[] LongShift = BuildShift(Crc32C.LongLaneBytes);

    /// <summary>For <see cref="Shift"/>: over <see cref="Crc32C.ShortLaneBytes"/> zero bytes.</summary>
    internal static readonly uint[] ShortShift = BuildShift(Crc32C.ShortLaneBytes);

    /// <summary>Runs <paramref name="data"/> through a register by table look-ups alone.</summary>
    /// <param name="register">CRC before the final xor.</param>
    /// <param name="data">Any length.</param>
    /// <returns>The register after the data.</returns>
    internal static uint Update(uint register, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> slices = Slices;
        while (data.Length >= sizeof(ulong))
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(data) ^ register;
            register = slices[(7 * ByteValues) + (byte)word]
                ^ slices[(6 * ByteValues) + (byte)(word >> 8)]
                ^ slices[(5 * ByteValues) + (byte)(word >> 16)]
                ^ slices[(4 * ByteValues) + (byte)(word >> 24)]
                ^ slices[(3 * ByteValues) + (byte)(word >> 32)]
                ^ slices[(2 * ByteValues) + (byte)(word >> 40)]
                ^ slices[ByteValues + (byte)(word >> 48)]
                ^ slices[(byte)(word >> 56)];
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data) register = (register >> 8) ^ slices[(byte)(register ^ value)];
        return register;
    }

    /// <summary>The register after as many zero bytes as <paramref name="shift"/> was built for.</summary>
    /// <param name="shift"><see cref="LongShift"/> or <see cref="ShortShift"/>.</param>
    /// <param name="register">CRC before the final xor.</param>
    /// <returns>The moved register.</returns>
    internal static uint Shift(uint[] shift, uint register) =>
        shift[(byte)register]
        ^ shift[ByteValues + (byte)(register >> 8)]
        ^ shift[(2 * ByteValues) + (byte)(register >> 16)]
        ^ shift[(3 * ByteValues) + (int)(register >> 24)];

    private static uint[] BuildSlices()
    {
        var slices = new uint[8 * ByteValues];
        for (uint value = 0; value < ByteValues; value++)
        {
            uint register = value;
            for (int bit = 0; bit < 8; bit++) register = (register >> 1) ^ ((register & 1) * ReflectedPolynomial);
            slices[value] = register;
        }

        for (int index = ByteValues; index < slices.Length; index++)
        {
            uint register = slices[index - ByteValues];
            slices[index] = (register >> 8) ^ slices[(byte)register];
        }

        return slices;
    }

    // Moving a register over zero bytes is a linear map on its 32 bits: take the map for one byte and square it until it
    // covers the length, then spell it out per byte of the register.
    private static uint[] BuildShift(int zeroBytes)
    {
        Span<uint> map = stackalloc uint[RegisterBits];
        for (int bit = 0; bit < RegisterBits; bit++)
        {
            uint register = 1u << bit;
            map[bit] = (register >> 8) ^ Slices[(byte)register];
        }

        Span<uint> squared = stackalloc uint[RegisterBits];
        for (int covered = 1; covered < zeroBytes; covered *= 2)
        {
            for (int bit = 0; bit < RegisterBits; bit++) squared[bit] = Apply(map, map[bit]);
            squared.CopyTo(map);
        }

        var shift = new uint[4 * ByteValues];
        for (int index = 0; index < shift.Length; index++)
            shift[index] = Apply(map, (uint)(index % ByteValues) << (index / ByteValues * 8));
        return shift;
    }

    private static uint Apply(ReadOnlySpan<uint> map, uint register)
    {
        uint result = 0;
        for (; register != 0; register &= register - 1) result ^= map[BitOperations.TrailingZeroCount(register)];
        return result;
    }
}
