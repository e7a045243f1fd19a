using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Sluice.Protocol;

/// <summary>A 128-bit id of a topic, log directory or broker. Its text form is 22 characters of base64url without padding.</summary>
/// <param name="High">The first eight bytes on the wire.</param>
/// <param name="Low">The last eight bytes on the wire.</param>
public readonly record struct Uuid(ulong High, ulong Low) : IComparable<Uuid>
{
    /// <summary>Bytes on the wire.</summary>
    public const int SizeBytes = 16;

    private const int TextLength = 22;

    /// <summary>All bits zero: "no id".</summary>
    public static Uuid Zero => default;

    /// <summary>A random id (version 4). Its text never starts with '-', which command line tools would take for an option, and it is none of
    /// the low ids that the protocol reserves.</summary>
    public static Uuid NewRandom()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
            bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);

            // '-' is the base64url digit 62.
            if (bytes[0] >> 2 != 62) return Read(bytes);
        }
    }

    /// <summary>Reads the text form.</summary>
    /// <param name="text">22 characters of base64url; padding is accepted.</param>
    /// <exception cref="FormatException">The text is no such id.</exception>
    public static Uuid Parse(string text) =>
        TryParse(text, out Uuid uuid) ? uuid : throw new FormatException($"'{text}' is not 16 bytes in base64url.");

    /// <summary>Reads the text form.</summary>
    /// <param name="text">22 characters of base64url; padding is accepted.</param>
    /// <param name="uuid">The id, or zero.</param>
    /// <returns>False = the text is no such id.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Uuid uuid)
    {
        uuid = default;
        ReadOnlySpan<char> digits = text.AsSpan().TrimEnd('=');
        if (digits.Length != TextLength) return false;
        Span<byte> bytes = stackalloc byte[SizeBytes];
        if (Base64Url.DecodeFromChars(digits, bytes, out _, out int lengthBytes) != OperationStatus.Done || lengthBytes != SizeBytes) return false;
        uuid = Read(bytes);
        return true;
    }

    /// <summary>Compares as unsigned numbers of 128 bits, which is the order of the bytes on the wire.</summary>
    public int CompareTo(Uuid other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Takes the id from its 16 bytes.</summary>
    /// <param name="bytes">16 bytes or more; the first 16 count.</param>
    public static Uuid Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Puts the id's 16 bytes into <paramref name="destination"/>.</summary>
    /// <param name="destination">16 bytes or more.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>True = the left id is ordered before the right one.</summary>
    public static bool operator <(Uuid left, Uuid right) => left.CompareTo(right) < 0;

    /// <summary>True = the left id is ordered after the right one.</summary>
    public static bool operator >(Uuid left, Uuid right) => left.CompareTo(right) > 0;

    /// <summary>True = the left id is the right one or ordered before it.</summary>
    public static bool operator <=(Uuid left, Uuid right) => left.CompareTo(right) <= 0;

    /// <summary>True = the left id is the right one or ordered after it.</summary>
    public static bool operator >=(Uuid left, Uuid right) => left.CompareTo(right) >= 0;
}
