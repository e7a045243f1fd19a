using System.Buffers;
using System.Buffers.Text;
using Sluice.Protocol.Records;

namespace Sluice.Metadata.Local;

/// <summary>The framing of both metadata files: a line of text that says its own length and checksum.</summary>
/// <remarks>
/// <c>llllllll cccccccc {json}\n</c>: length of the JSON in bytes and its CRC-32C, both as eight lower-case hexadecimal digits. Text, so that a person
/// can read a file with a pager; lines, so that after damage the next frame can be found. docs/formats/metadata-log.md.
/// </remarks>
internal static class MetadataFrame
{
    /// <summary>Bytes before the payload: two numbers of eight digits, each with a blank behind it.</summary>
    internal const int PrefixBytes = 18;

    /// <summary>Bytes around a payload: the prefix and the line feed.</summary>
    internal const int OverheadBytes = PrefixBytes + 1;

    private const int CrcPosition = 9;

    /// <summary>Appends one frame.</summary>
    internal static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = output.GetSpan(payload.Length + OverheadBytes);
        WriteHex(frame, (uint)payload.Length);
        WriteHex(frame[CrcPosition..], Crc32C.Compute(payload));
        payload.CopyTo(frame[PrefixBytes..]);
        frame[PrefixBytes + payload.Length] = (byte)'\n';
        output.Advance(payload.Length + OverheadBytes);
    }

    /// <summary>Reads the frame at the beginning of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">The rest of the file.</param>
    /// <param name="payload">The JSON; empty if the result is false.</param>
    /// <returns>False if no whole and undamaged frame begins here.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (bytes.Length < OverheadBytes) return false;
        if (!TryReadHex(bytes, out uint lengthBytes) || !TryReadHex(bytes[CrcPosition..], out uint crc)) return false;
        // The length is a claim until it is compared with what is there.
        if (lengthBytes > (uint)(bytes.Length - OverheadBytes)) return false;
        ReadOnlySpan<byte> claimed = bytes.Slice(PrefixBytes, (int)lengthBytes);
        if (bytes[PrefixBytes + (int)lengthBytes] != '\n' || Crc32C.Compute(claimed) != crc) return false;
        payload = claimed;
        return true;
    }

    /// <summary>Tells what a crash left behind from what went bad later, where no frame can be read.</summary>
    /// <param name="rest">The file from the unreadable frame to its end.</param>
    /// <returns>True if the bytes can be the beginning of a frame whose writing was cut off: then nobody was told that it is stored.</returns>
    /// <remarks>
    /// A frame holds one line feed, its last byte, and no zero byte. A cut-off write leaves a part without the last byte, or blocks that read as zeros.
    /// Anything else was whole once: a later frame that is intact, or a line feed at the end, means that the file was damaged after it was written.
    /// </remarks>
    internal static bool IsTornTail(ReadOnlySpan<byte> rest)
    {
        if (rest.Contains((byte)0)) return !HoldsFrame(rest);
        return rest.IndexOf((byte)'\n') < 0;
    }

    private static bool HoldsFrame(ReadOnlySpan<byte> bytes)
    {
        int lineFeedIndex;
        while ((lineFeedIndex = bytes.IndexOf((byte)'\n')) >= 0)
        {
            bytes = bytes[(lineFeedIndex + 1)..];
            if (TryRead(bytes, out _)) return true;
        }
        return false;
    }

    private static void WriteHex(Span<byte> destination, uint number)
    {
        // Eight digits always fit: the caller reserved the prefix.
        Utf8Formatter.TryFormat(number, destination, out int written, new StandardFormat('x', 8));
        destination[written] = (byte)' ';
    }

    private static bool TryReadHex(ReadOnlySpan<byte> source, out uint number) =>
        Utf8Parser.TryParse(source[..8], out number, out int consumed, 'x') && consumed == 8 && source[8] == ' ';
}
