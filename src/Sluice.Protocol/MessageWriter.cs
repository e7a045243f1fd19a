using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Protocol;

/// <summary>Writes the protocol's primitive values, front to back, into a span that was measured for them. All numbers are big-endian.</summary>
/// <remarks>Writing past the end of the span is a bug of the caller and throws <see cref="ArgumentException"/> or its descendants.</remarks>
public ref struct MessageWriter
{
    private readonly Span<byte> _destination;
    private readonly List<ExternalRecordsPiece>? _externals;
    private int _position;

    /// <summary>Starts at the first byte of <paramref name="destination"/>.</summary>
    /// <param name="destination">At least <see cref="IMessage.Measure"/> minus <see cref="IMessage.MeasureExternal"/> bytes.</param>
    /// <param name="externals">Receives the records that are not copied, in the order of their positions; null = there must be none.</param>
    public MessageWriter(Span<byte> destination, List<ExternalRecordsPiece>? externals = null)
    {
        _destination = destination;
        _externals = externals;
        _position = 0;
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => _position;

    /// <summary>Writes one byte, 0 or 1.</summary>
    public void WriteBoolean(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary>Writes one byte.</summary>
    public void WriteInt8(sbyte value) => Take(1)[0] = (byte)value;

    /// <summary>Writes two bytes.</summary>
    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);

    /// <summary>Writes two bytes.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(sizeof(ushort)), value);

    /// <summary>Writes four bytes.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    /// <summary>Writes four bytes.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), value);

    /// <summary>Writes eight bytes.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);

    /// <summary>Writes eight bytes, IEEE 754.</summary>
    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Take(sizeof(double)), value);

    /// <summary>Writes sixteen bytes.</summary>
    public void WriteUuid(Uuid value) => value.Write(Take(Uuid.SizeBytes));

    /// <summary>Writes two bytes.</summary>
    public void WriteErrorCode(ErrorCode value) => WriteInt16((short)value);

    /// <summary>Writes the byte that stands before a struct that may be null.</summary>
    public void WriteIsPresent(bool isPresent) => WriteInt8(isPresent ? (sbyte)1 : (sbyte)-1);

    /// <summary>Writes one to five bytes of seven bits each, lowest first.</summary>
    public void WriteUnsignedVarint(uint value)
    {
        while (value >= 0x80)
        {
            Take(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }

        Take(1)[0] = (byte)value;
    }

    /// <summary>Writes a string of at most 32767 bytes.</summary>
    /// <param name="value">Not null.</param>
    /// <param name="flexible">True = compact form.</param>
    /// <exception cref="InvalidOperationException">The string is too long for the protocol.</exception>
    public void WriteString(string value, bool flexible)
    {
        int lengthBytes = MessageSize.Utf8Length(value);
        if (flexible) WriteUnsignedVarint((uint)lengthBytes + 1);
        else WriteInt16((short)lengthBytes);
        Encoding.UTF8.GetBytes(value, Take(lengthBytes));
    }

    /// <summary>Writes a string of at most 32767 bytes, or null.</summary>
    /// <param name="value">Null is written as such.</param>
    /// <param name="flexible">True = compact form.</param>
    /// <exception cref="InvalidOperationException">The string is too long for the protocol.</exception>
    public void WriteNullableString(string? value, bool flexible)
    {
        if (value is not null) WriteString(value, flexible);
        else if (flexible) WriteUnsignedVarint(0);
        else WriteInt16(-1);
    }

    /// <summary>Writes bytes, with their length before them.</summary>
    /// <param name="value">Copied.</param>
    /// <param name="flexible">True = compact form.</param>
    public void WriteBytes(ReadOnlyMemory<byte> value, bool flexible)
    {
        WriteLength(value.Length, flexible);
        value.Span.CopyTo(Take(value.Length));
    }

    /// <summary>Writes bytes, with their length before them, or null.</summary>
    /// <param name="value">Copied.</param>
    /// <param name="flexible">True = compact form.</param>
    public void WriteNullableBytes(ReadOnlyMemory<byte>? value, bool flexible)
    {
        if (value is { } bytes) WriteBytes(bytes, flexible);
        else WriteLength(-1, flexible);
    }

    /// <summary>Writes record batches, with their length before them, or null. External records are noted, not copied.</summary>
    /// <param name="value">What the field holds.</param>
    /// <param name="flexible">True = compact form.</param>
    /// <exception cref="InvalidOperationException">The records are external and this writer was given no list for them.</exception>
    public void WriteRecords(Messages.Records value, bool flexible)
    {
        if (value.IsNull)
        {
            WriteLength(-1, flexible);
        }
        else if (value.External is { } external)
        {
            if (_externals is null) throw new InvalidOperationException("External records need a writer that was given a list for them.");
            WriteLength(external.SizeBytes, flexible);
            _externals.Add(new ExternalRecordsPiece(_position, external));
        }
        else
        {
            WriteBytes(value.Bytes, flexible);
        }
    }

    /// <summary>Writes the element count of an array.</summary>
    /// <param name="count">-1 = the array is null.</param>
    /// <param name="flexible">True = compact form.</param>
    public void WriteArrayCount(int count, bool flexible) => WriteLength(count, flexible);

    /// <summary>Writes how many tagged fields follow.</summary>
    public void WriteTagCount(int count) => WriteUnsignedVarint((uint)count);

    /// <summary>Writes what stands before the content of a tagged field.</summary>
    /// <param name="tag">Higher than the tag before it.</param>
    /// <param name="sizeBytes">Size of the content that follows.</param>
    public void WriteTag(int tag, int sizeBytes)
    {
        WriteUnsignedVarint((uint)tag);
        WriteUnsignedVarint((uint)sizeBytes);
    }

    /// <summary>Writes the elements of an array, with their count before them.</summary>
    /// <param name="list">Copied.</param>
    /// <param name="flexible">True = compact form.</param>
    public void WriteInt8s(List<sbyte> list, bool flexible)
    {
        WriteLength(list.Count, flexible);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(list)).CopyTo(Take(list.Count));
    }

    /// <inheritdoc cref="WriteInt8s"/>
    public void WriteInt16s(List<short> list, bool flexible)
    {
        WriteLength(list.Count, flexible);
        foreach (short value in CollectionsMarshal.AsSpan(list)) WriteInt16(value);
    }

    /// <inheritdoc cref="WriteInt8s"/>
    public void WriteInt32s(List<int> list, bool flexible)
    {
        WriteLength(list.Count, flexible);
        foreach (int value in CollectionsMarshal.AsSpan(list)) WriteInt32(value);
    }

    /// <inheritdoc cref="WriteInt8s"/>
    public void WriteInt64s(List<long> list, bool flexible)
    {
        WriteLength(list.Count, flexible);
        foreach (long value in CollectionsMarshal.AsSpan(list)) WriteInt64(value);
    }

    /// <inheritdoc cref="WriteInt8s"/>
    public void WriteUuids(List<Uuid> list, bool flexible)
    {
        WriteLength(list.Count, flexible);
        foreach (Uuid value in CollectionsMarshal.AsSpan(list)) WriteUuid(value);
    }

    /// <inheritdoc cref="WriteInt8s"/>
    public void WriteStrings(List<string> list, bool flexible)
    {
        WriteLength(list.Count, flexible);
        foreach (string value in CollectionsMarshal.AsSpan(list)) WriteString(value, flexible);
    }

    // -1 = null.
    private void WriteLength(int length, bool flexible)
    {
        if (flexible) WriteUnsignedVarint((uint)(length + 1));
        else WriteInt32(length);
    }

    private Span<byte> Take(int lengthBytes)
    {
        Span<byte> target = _destination.Slice(_position, lengthBytes);
        _position += lengthBytes;
        return target;
    }
}
