using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sluice.Protocol;

public ref partial struct MessageReader
{
    /// <summary>Reads the element count of an array that cannot be null.</summary>
    /// <param name="flexible">True = compact form.</param>
    /// <param name="elementBytesMin">The fewest bytes that one element takes, 1 or more: no more elements are believed than would fit.</param>
    public int ReadArrayCount(bool flexible, int elementBytesMin)
    {
        int count = ReadNullableArrayCount(flexible, elementBytesMin);
        if (count == Null) WireFormatException.ThrowNullNotAllowed(_position);
        return count;
    }

    /// <summary>Reads the element count of an array or null.</summary>
    /// <param name="flexible">True = compact form.</param>
    /// <param name="elementBytesMin">The fewest bytes that one element takes, 1 or more: no more elements are believed than would fit.</param>
    /// <returns>-1 = null.</returns>
    public int ReadNullableArrayCount(bool flexible, int elementBytesMin)
    {
        int count = flexible ? ReadCompactLength() : ReadInt32();
        if (count < 0) return Null;
        if (count > Remaining / elementBytesMin || count > _elementsLeft) WireFormatException.ThrowCountTooLarge((uint)count, _position, Remaining);
        _elementsLeft -= count;
        return count;
    }

    /// <summary>Appends an array, which cannot be null, to <paramref name="list"/>.</summary>
    /// <param name="list">Grows by the array's elements.</param>
    /// <param name="flexible">True = compact form.</param>
    public void ReadInt8s(List<sbyte> list, bool flexible) => AppendInt8s(list, ReadArrayCount(flexible, sizeof(sbyte)));

    /// <inheritdoc cref="ReadInt8s"/>
    public void ReadInt16s(List<short> list, bool flexible) => AppendInt16s(list, ReadArrayCount(flexible, sizeof(short)));

    /// <inheritdoc cref="ReadInt8s"/>
    public void ReadInt32s(List<int> list, bool flexible) => AppendInt32s(list, ReadArrayCount(flexible, sizeof(int)));

    /// <inheritdoc cref="ReadInt8s"/>
    public void ReadInt64s(List<long> list, bool flexible) => AppendInt64s(list, ReadArrayCount(flexible, sizeof(long)));

    /// <inheritdoc cref="ReadInt8s"/>
    public void ReadUuids(List<Uuid> list, bool flexible) => AppendUuids(list, ReadArrayCount(flexible, Uuid.SizeBytes));

    /// <inheritdoc cref="ReadInt8s"/>
    /// <remarks>None of the strings can be null. The list grows as strings are really there, not by the count that is claimed.</remarks>
    public void ReadStrings(List<string> list, bool flexible) => AppendStrings(list, ReadArrayCount(flexible, flexible ? 1 : 2), flexible);

    // The counts given to the methods below have been compared with the bytes that remain, so an element of n bytes costs n bytes of list.

    internal void AppendInt8s(List<sbyte> list, int count) => Take(count).CopyTo(MemoryMarshal.AsBytes(Extend(list, count)));

    internal void AppendInt16s(List<short> list, int count)
    {
        Span<short> target = Extend(list, count);
        Take(count * sizeof(short)).CopyTo(MemoryMarshal.AsBytes(target));
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(target, target);
    }

    internal void AppendInt32s(List<int> list, int count)
    {
        Span<int> target = Extend(list, count);
        Take(count * sizeof(int)).CopyTo(MemoryMarshal.AsBytes(target));
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(target, target);
    }

    internal void AppendInt64s(List<long> list, int count)
    {
        Span<long> target = Extend(list, count);
        Take(count * sizeof(long)).CopyTo(MemoryMarshal.AsBytes(target));
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(target, target);
    }

    internal void AppendUuids(List<Uuid> list, int count)
    {
        foreach (ref Uuid target in Extend(list, count)) target = ReadUuid();
    }

    internal void AppendStrings(List<string> list, int count, bool flexible)
    {
        for (int i = 0; i < count; i++) list.Add(ReadString(flexible));
    }

    private static Span<T> Extend<T>(List<T> list, int count)
    {
        int start = list.Count;
        CollectionsMarshal.SetCount(list, start + count);
        return CollectionsMarshal.AsSpan(list)[start..];
    }
}
