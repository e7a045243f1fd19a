using System.Globalization;
using System.Text;

namespace Sluice.Broker.Security;

/// <summary>Makes text of clients fit for a line of a log.</summary>
internal static class LogText
{
    /// <summary>Characters after which a text is cut.</summary>
    public const int LengthMax = 256;

    /// <summary>The text with everything escaped that could end the line, steer a terminal or hide; cut if it is long.</summary>
    public static string Of(string text)
    {
        int length = Math.Min(text.Length, LengthMax);
        if (length == text.Length && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        StringBuilder safe = new(length + 16);
        foreach (char character in text.AsSpan(0, length))
        {
            if (IsSafe(character)) safe.Append(character);
            else safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
        }
        if (length < text.Length) safe.Append('…');
        return safe.ToString();
    }

    private static bool IsSafe(char character) => char.IsLetterOrDigit(character) || character is >= ' ' and <= '~';
}
