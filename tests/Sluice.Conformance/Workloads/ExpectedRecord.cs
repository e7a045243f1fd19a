using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sluice.Conformance.Workloads;

/// <summary>Record number <c>index</c> of a workload: always the same bytes, so that what is read can be compared with what was written.</summary>
public static class ExpectedRecord
{
    public const int ValueBytesMin = 100;
    public const int ValueBytesMax = 10_000;

    private static readonly byte[] Text = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 400).Select(static i => string.Create(CultureInfo.InvariantCulture, $"line {i * 7919}: the quick brown fox; "))));

    /// <summary>Partition of the record: they take turns.</summary>
    public static int Partition(int index, int partitionsCount) => index % partitionsCount;

    public static byte[] Key(int index) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{index}"));

    /// <summary>One in sixteen is large, up to <see cref="ValueBytesMax"/>; the others stay below a kilobyte.</summary>
    public static int ValueSizeBytes(int index)
    {
        uint mixed = Mix((uint)index);
        return (mixed & 15) == 0 ? ValueBytesMin + ((int)(mixed >> 8) % (ValueBytesMax - ValueBytesMin + 1)) : ValueBytesMin + ((int)(mixed >> 8) % 900);
    }

    /// <summary>Text and noise of <see cref="ValueSizeBytes"/>, beginning with the index.</summary>
    public static byte[] Value(int index)
    {
        uint mixed = Mix((uint)index);
        byte[] value = new byte[ValueSizeBytes(index)];
        // Half readable text, half noise: compressible, but not to nothing.
        int start = (int)(mixed % (uint)(Text.Length / 2));
        for (int position = 0; position < value.Length; position++) value[position] = Text[(start + position) % Text.Length];
        for (int position = 8; position + 8 <= value.Length; position += 32)
        {
            mixed = Mix(mixed);
            BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(position), mixed);
        }
        BinaryPrimitives.WriteInt32BigEndian(value, index);
        return value;
    }

    /// <summary>None, one or two headers.</summary>
    public static IReadOnlyList<(string Key, byte[]? Value)> Headers(int index) => (index % 3) switch
    {
        0 => [],
        1 => [("index", Key(index))],
        _ => [("index", Key(index)), ("nothing", null)],
    };

    private static uint Mix(uint value)
    {
        value = (value ^ (value >> 16)) * 0x7feb352d;
        value = (value ^ (value >> 15)) * 0x846ca68b;
        return value ^ (value >> 16);
    }
}
