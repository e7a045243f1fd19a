using System.Text;

namespace Sluice.Protocol;

/// <summary>Bytes that values of variable length take on the wire, their own length included. Generated Measure methods add these up.</summary>
public static class MessageSize
{
    /// <summary>1 to 5.</summary>
    public static int OfUnsignedVarint(uint value) => (38 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7;

    /// <summary>Size of a string or null.</summary>
    /// <param name="value">At most 32767 bytes of UTF-8.</param>
    /// <param name="flexible">True = compact form.</param>
    /// <exception cref="InvalidOperationException">The string is too long for the protocol.</exception>
    public static int OfString(string? value, bool flexible)
    {
        if (value is null) return flexible ? 1 : 2;
        int lengthBytes = Utf8Length(value);
        return lengthBytes + (flexible ? OfUnsignedVarint((uint)lengthBytes + 1) : 2);
    }

    /// <summary>Size of bytes or null.</summary>
    /// <param name="value">Null takes one byte in the compact form, four else.</param>
    /// <param name="flexible">True = compact form.</param>
    public static int OfBytes(ReadOnlyMemory<byte>? value, bool flexible)
    {
        int lengthBytes = value.GetValueOrDefault().Length;
        return lengthBytes + Length(value is null ? -1 : lengthBytes, flexible);
    }

    /// <summary>Size of record batches or null, those included that are not copied.</summary>
    /// <param name="value">Bytes, something external, or null.</param>
    /// <param name="flexible">True = compact form.</param>
    public static int OfRecords(Messages.Records value, bool flexible) =>
        checked(value.SizeBytes + Length(value.IsNull ? -1 : value.SizeBytes, flexible));

    /// <summary>Size of an array's count.</summary>
    /// <param name="count">-1 = the array is null.</param>
    /// <param name="flexible">True = compact form.</param>
    public static int OfArrayCount(int count, bool flexible) => Length(count, flexible);

    /// <summary>Size of strings one after the other with their count before them.</summary>
    /// <param name="list">None of them null.</param>
    /// <param name="flexible">True = compact form.</param>
    public static int OfStrings(List<string> list, bool flexible)
    {
        int size = Length(list.Count, flexible);
        foreach (string value in list) size = checked(size + OfString(value, flexible));
        return size;
    }

    /// <summary>Size of a tagged field: tag, size and content.</summary>
    /// <param name="tag">The field's number.</param>
    /// <param name="contentBytes">Size of the content alone.</param>
    public static int OfTagged(int tag, int contentBytes) => OfUnsignedVarint((uint)tag) + OfUnsignedVarint((uint)contentBytes) + contentBytes;

    internal static int Utf8Length(string value)
    {
        int lengthBytes = Encoding.UTF8.GetByteCount(value);
        if (lengthBytes > short.MaxValue) throw new InvalidOperationException($"A string of {lengthBytes} bytes cannot be written; 32767 are allowed.");
        return lengthBytes;
    }

    private static int Length(int length, bool flexible) => flexible ? OfUnsignedVarint((uint)(length + 1)) : sizeof(int);
}
