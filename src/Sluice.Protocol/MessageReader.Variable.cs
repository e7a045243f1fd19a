using System.Text;

namespace Sluice.Protocol;

// Values that carry their length. The classic form is a signed length with -1 for null, and other negative ones are read as -1, as Kafka does; the flexible ("compact") form is an unsigned
// varint holding length + 1, with 0 for null.
public ref partial struct MessageReader
{
    private const int Null = -1;

    /// <summary>Reads a string that cannot be null. Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="flexible">True = compact form.</param>
    public string ReadString(bool flexible) => ReadNullableString(flexible) ?? ThrowNullString();

    /// <summary>Reads a string or null. Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="flexible">True = compact form.</param>
    public string? ReadNullableString(bool flexible)
    {
        int lengthBytes = flexible ? ReadCompactLength() : ReadInt16();
        if (lengthBytes <= 0) return lengthBytes < 0 ? null : "";
        if (lengthBytes > short.MaxValue) WireFormatException.ThrowStringTooLong(lengthBytes, _position);
        ReadOnlySpan<byte> utf8 = Take(lengthBytes);
        return _strings is null ? Encoding.UTF8.GetString(utf8) : _strings.Get(utf8);
    }

    /// <summary>Reads bytes that cannot be null.</summary>
    /// <param name="flexible">True = compact form.</param>
    /// <returns>A slice of the frame.</returns>
    public ReadOnlyMemory<byte> ReadBytes(bool flexible)
    {
        ReadOnlyMemory<byte>? bytes = ReadNullableBytes(flexible);
        if (bytes is null) WireFormatException.ThrowNullNotAllowed(_position);
        return bytes.GetValueOrDefault();
    }

    /// <summary>Reads bytes or null.</summary>
    /// <param name="flexible">True = compact form.</param>
    /// <returns>A slice of the frame.</returns>
    public ReadOnlyMemory<byte>? ReadNullableBytes(bool flexible)
    {
        int lengthBytes = flexible ? ReadCompactLength() : ReadInt32();
        if (lengthBytes < 0) return null;
        int position = _position;
        Take(lengthBytes);
        return _frame.Slice(position, lengthBytes);
    }

    /// <summary>Reads record batches, which cannot be null, without looking into them.</summary>
    /// <param name="flexible">True = compact form.</param>
    /// <returns>A slice of the frame.</returns>
    public Messages.Records ReadRecords(bool flexible) => new(ReadBytes(flexible));

    /// <summary>Reads record batches or null, without looking into them.</summary>
    /// <param name="flexible">True = compact form.</param>
    /// <returns>A slice of the frame.</returns>
    public Messages.Records ReadNullableRecords(bool flexible) =>
        ReadNullableBytes(flexible) is { } bytes ? new Messages.Records(bytes) : Messages.Records.Null;

    // 0 is null; anything beyond int.MaxValue is larger than every frame.
    private int ReadCompactLength()
    {
        uint lengthPlusOne = ReadUnsignedVarint();
        if (lengthPlusOne > int.MaxValue) WireFormatException.ThrowTruncated(int.MaxValue, _position, Remaining);
        return (int)lengthPlusOne - 1;
    }

    private readonly string ThrowNullString()
    {
        WireFormatException.ThrowNullNotAllowed(_position);
        return "";
    }
}
