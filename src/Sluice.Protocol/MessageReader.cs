using System.Buffers.Binary;

namespace Sluice.Protocol;

/// <summary>Reads the protocol's primitive values, front to back, from one frame. All numbers are big-endian.</summary>
/// <remarks>
/// A length or count that comes from the wire is a claim: it is compared with the bytes that remain before anything is sized by it. Every
/// failure is a <see cref="WireFormatException"/>. Byte values that are handed out are slices of the frame, so they live as long as it does.
/// </remarks>
public ref partial struct MessageReader
{
    /// <summary>Array elements that one reader accepts, over all arrays together. An element can take a hundred times the memory that it took on the
    /// wire, so without this bound a frame of 100 MiB could become several GiB of objects. No real request comes near it.</summary>
    public const int ElementsMax = 1 << 22;

    private readonly ReadOnlyMemory<byte> _frame;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly StringCache? _strings;
    private int _position;
    private int _end;
    private int _elementsLeft;

    /// <summary>Starts at the first byte of <paramref name="frame"/>.</summary>
    /// <param name="frame">One whole frame without its size, or any other bytes that hold messages. Borrowed.</param>
    /// <param name="strings">Where strings that were seen before are found again; null = every string is allocated.</param>
    public MessageReader(ReadOnlyMemory<byte> frame, StringCache? strings = null)
    {
        _frame = frame;
        _bytes = frame.Span;
        _strings = strings;
        _position = 0;
        _end = frame.Length;
        _elementsLeft = ElementsMax;
    }

    /// <summary>Position of the next byte, counted from the start of the frame.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes not read yet. Not zero after a message's body is no error: peers may send more than this version knows.</summary>
    public readonly int Remaining => _end - _position;

    /// <summary>Reads one byte; anything but zero is true.</summary>
    public bool ReadBoolean() => Take(1)[0] != 0;

    /// <summary>Reads one byte.</summary>
    public sbyte ReadInt8() => (sbyte)Take(1)[0];

    /// <summary>Reads two bytes.</summary>
    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    /// <summary>Reads two bytes.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    /// <summary>Reads four bytes.</summary>
    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    /// <summary>Reads four bytes.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    /// <summary>Reads eight bytes.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    /// <summary>Reads eight bytes, IEEE 754.</summary>
    public double ReadFloat64() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));

    /// <summary>Reads sixteen bytes.</summary>
    public Uuid ReadUuid() => Uuid.Read(Take(Uuid.SizeBytes));

    /// <summary>Reads two bytes. Codes that this version of Sluice does not know are kept as they are.</summary>
    public ErrorCode ReadErrorCode() => (ErrorCode)ReadInt16();

    /// <summary>Reads the byte that stands before a struct that may be null.</summary>
    /// <returns>False = null: no more bytes belong to it.</returns>
    public bool ReadIsPresent() => ReadInt8() >= 0;

    /// <summary>Reads one to five bytes of seven bits each, lowest first.</summary>
    public uint ReadUnsignedVarint()
    {
        int start = _position;
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte part = Take(1)[0];
            if (shift == 28 && part > 0x0f) break;
            value |= (uint)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }

        WireFormatException.ThrowVarintOverlong(start);
        return 0;
    }

    private ReadOnlySpan<byte> Take(int lengthBytes)
    {
        int position = _position;
        if (lengthBytes > _end - position) WireFormatException.ThrowTruncated(lengthBytes, position, Remaining);
        _position = position + lengthBytes;
        return _bytes.Slice(position, lengthBytes);
    }
}
