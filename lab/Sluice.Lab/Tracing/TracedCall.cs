using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Lab.Tracing;

/// <summary>One system call, as strace prints it.</summary>
/// <param name="Name">The kernel's.</param>
/// <param name="Arguments">As printed.</param>
/// <param name="Result">What it returned.</param>
/// <param name="Error">Symbol of its error; empty = none.</param>
/// <param name="Microseconds">How long it took, strace's own share included.</param>
internal sealed partial record TracedCall(string Name, string Arguments, long Result, string Error, double Microseconds)
{
    /// <summary>Reads one line of <c>strace -f -T</c>; one that was interrupted is told by its second half.</summary>
    /// <returns>Null for the first half of such a call, and for lines about signals and threads.</returns>
    internal static TracedCall? Parse(string line)
    {
        Match match = Line().Match(line);
        if (!match.Success) return null;
        string result = match.Groups["result"].Value;
        return new TracedCall(
            match.Groups["name"].Value,
            match.Groups["args"].Value,
            result.StartsWith("0x", StringComparison.Ordinal) || result == "?" ? 0 : long.Parse(result, CultureInfo.InvariantCulture),
            match.Groups["error"].Value,
            double.Parse(match.Groups["time"].ValueSpan, CultureInfo.InvariantCulture) * 1e6);
    }

    [GeneratedRegex(@"^\d+\s+(?:(?<name>\w+)\(|<\.\.\. (?<name>\w+) resumed>)(?<args>.*?)\)\s+= (?<result>-?\d+|0x[0-9a-f]+|\?)(?: (?<error>E\w+))?.* <(?<time>[\d.]+)>$")]
    private static partial Regex Line();
}
