using System.Globalization;
using Sluice.Client.Consuming;

namespace Sluice.Cli.Parsing;

/// <summary>Reads where to start from.</summary>
internal static class StartPositionParser
{
    /// <summary>What can be typed, for help and errors.</summary>
    internal const string Forms = "beginning, end, an offset, a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970 (12 digits or more)";

    /// <summary>Larger numbers are times: no partition gets this far at a million records a second within a day; as milliseconds it is in the year 1973.</summary>
    internal const long SmallestTimestampMs = 100_000_000_000;

    /// <summary>Reads a position.</summary>
    /// <param name="text">See <see cref="Forms"/>. A time without a zone is UTC.</param>
    /// <param name="position">The position.</param>
    internal static bool TryParse(string text, out StartPosition position)
    {
        position = StartPosition.Beginning;
        switch (text.ToUpperInvariant())
        {
            case "BEGINNING" or "EARLIEST" or "START":
                return true;
            case "END" or "LATEST":
                position = StartPosition.End;
                return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            position = number >= SmallestTimestampMs ? StartPosition.AtTime(number) : StartPosition.AtOffset(number);
            return true;
        }

        if (!TryParseTime(text, out long timestampMs)) return false;
        position = StartPosition.AtTime(timestampMs);
        return true;
    }

    /// <summary>Reads a time of ISO 8601, or milliseconds since the Unix epoch.</summary>
    /// <param name="text">A time without a zone is UTC.</param>
    /// <param name="timestampMs">Milliseconds since the Unix epoch, 0 or more.</param>
    internal static bool TryParseTime(string text, out long timestampMs)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out timestampMs)) return true;
        if (text.Length < 4 || !text[..4].All(char.IsAsciiDigit)) return false;
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out DateTimeOffset time)) return false;
        timestampMs = time.ToUnixTimeMilliseconds();
        return timestampMs >= 0;
    }
}
