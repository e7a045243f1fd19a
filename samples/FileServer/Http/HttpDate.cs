using System.Globalization;
using System.Text;

namespace Sluice.Samples.FileServer.Http;

/// <summary>Dates as HTTP writes them (RFC 9110, 5.6.7): in whole seconds, and in one of three forms when read.</summary>
internal static class HttpDate
{
    private static readonly string[] s_formats = ["R", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    public static string Format(DateTimeOffset date) => date.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Reads a date; one that is none is to be treated as if the field were not there.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset date)
    {
        date = default;
        Span<char> chars = stackalloc char[40];
        return text.Length <= chars.Length
            && Encoding.Latin1.TryGetChars(text, chars, out int count)
            && DateTimeOffset.TryParseExact(
                chars[..count], s_formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out date);
    }
}
