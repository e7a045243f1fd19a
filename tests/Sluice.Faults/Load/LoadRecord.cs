using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sluice.Faults.Load;

/// <summary>Record number n of a partition: always the same bytes, so that what is read can be compared with what was sent.</summary>
public static class LoadRecord
{
    /// <summary>Keys of a partition. Few, so that compaction finds something to do.</summary>
    public const int KeysCount = 97;

    private const int TombstoneEvery = 13;
    private const int IndexBytes = sizeof(long);
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(0, 300).Select(static i => string.Create(CultureInfo.InvariantCulture, $"line {i * 7919}: a record among others; "))));

    /// <summary>Key number of a record.</summary>
    public static int KeyOf(long index) => (int)(Mix((ulong)index) % KeysCount);

    public static byte[] Key(long index) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{KeyOf(index)}"));

    /// <summary>Whether the record deletes its key; only where the topic is compacted.</summary>
    public static bool IsTombstone(long index) => Mix((ulong)index + 1) % TombstoneEvery == 0;

    /// <summary>The record's number, then text and noise: compressible, but not to nothing.</summary>
    public static byte[] Value(long index)
    {
        ulong mixed = Mix((ulong)index);
        byte[] value = new byte[IndexBytes + 20 + (int)((mixed >> 8) % ((mixed & 31) == 0 ? 6000UL : 500UL))];
        Text.AsSpan((int)(mixed % (ulong)(Text.Length - 6100)), value.Length).CopyTo(value);
        for (int position = IndexBytes; position + IndexBytes <= value.Length; position += 40)
        {
            mixed = Mix(mixed);
            BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(position), mixed);
        }

        BinaryPrimitives.WriteInt64BigEndian(value, index);
        return value;
    }

    /// <summary>Number of the record that a value belongs to.</summary>
    /// <returns>-1 if these are not the bytes of any record.</returns>
    public static long IndexOf(ReadOnlySpan<byte> value)
    {
        if (value.Length < IndexBytes) return -1;
        long index = BinaryPrimitives.ReadInt64BigEndian(value);
        return index >= 0 && value.SequenceEqual(Value(index)) ? index : -1;
    }

    // splitmix64's finalizer: https://prng.di.unimi.it/splitmix64.c
    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
