using System.Buffers.Text;

namespace Sluice.Samples.FileServer.Http;

/// <summary>One range of bytes of a file, as RFC 9110, 14 asks for it.</summary>
/// <param name="PositionBytes">Where it begins.</param>
/// <param name="LengthBytes">Its length; 1 or more.</param>
internal readonly record struct ByteRange(long PositionBytes, long LengthBytes)
{
    /// <summary>Reads a Range field.</summary>
    /// <param name="value">The field's value.</param>
    /// <param name="fileBytes">Length of the file.</param>
    /// <param name="range">The range, cut off at the file's end; where the answer is 206.</param>
    /// <returns>
    /// 206; 416 for a range that begins behind the file's end; 200 for what is to be ignored: another unit, broken
    /// syntax, or several ranges, which a server need not serve.
    /// </returns>
    public static int Parse(ReadOnlySpan<byte> value, long fileBytes, out ByteRange range)
    {
        range = default;
        if (value.Length < 6 || !System.Text.Ascii.EqualsIgnoreCase(value[..6], "bytes="u8))
        {
            return 200;
        }

        value = value[6..].Trim(" \t"u8);
        int dash = value.IndexOf((byte)'-');
        if (dash < 0)
        {
            return 200;
        }

        ReadOnlySpan<byte> first = value[..dash];
        ReadOnlySpan<byte> last = value[(dash + 1)..];
        if (first.IsEmpty)
        {
            return ParseSuffix(last, fileBytes, out range);
        }

        if (!TryParse(first, out long firstBytes))
        {
            return 200;
        }

        long lastBytes = long.MaxValue;
        if (!last.IsEmpty && (!TryParse(last, out lastBytes) || lastBytes < firstBytes))
        {
            return 200;
        }

        if (firstBytes >= fileBytes)
        {
            return 416;
        }

        range = new ByteRange(firstBytes, Math.Min(lastBytes, fileBytes - 1) - firstBytes + 1);
        return 206;
    }

    private static int ParseSuffix(ReadOnlySpan<byte> text, long fileBytes, out ByteRange range)
    {
        range = default;
        if (!TryParse(text, out long lengthBytes))
        {
            return 200;
        }

        if (lengthBytes == 0 || fileBytes == 0)
        {
            return 416;
        }

        lengthBytes = Math.Min(lengthBytes, fileBytes);
        range = new ByteRange(fileBytes - lengthBytes, lengthBytes);
        return 206;
    }

    /// <summary>Reads digits. A number beyond every file is one all the same.</summary>
    private static bool TryParse(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        if (!Utf8Parser.TryParse(text, out number, out int usedBytes) || usedBytes != text.Length)
        {
            number = long.MaxValue;
        }

        return true;
    }
}
