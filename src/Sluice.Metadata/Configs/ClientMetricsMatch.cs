using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Sluice.Metadata.Configs;

/// <summary>Which clients a client metrics subscription is for: a pattern for each of some attributes, all of which must match whole (KIP-714).</summary>
/// <remarks>Patterns are searched in linear time, as clients choose what they are searched in.</remarks>
public sealed class ClientMetricsMatch
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly string[] s_attributes =
        ["client_instance_id", "client_id", "client_software_name", "client_software_version", "client_source_address", "client_source_port"];

    private readonly ImmutableArray<(string Attribute, Regex Pattern)> _patterns;

    private ClientMetricsMatch(ImmutableArray<(string Attribute, Regex Pattern)> patterns) => _patterns = patterns;

    /// <summary>Reads the value of <c>match</c>.</summary>
    /// <param name="entries">Each <c>attribute=pattern</c>; none = every client.</param>
    /// <param name="match">What they say.</param>
    /// <param name="reason">Null if they say something, else why not.</param>
    public static bool TryParse(ImmutableArray<string> entries, out ClientMetricsMatch? match, out string? reason)
    {
        match = null;
        List<(string, Regex)> patterns = [];
        foreach (string entry in entries)
        {
            string[] parts = entry.Split('=');
            reason = $"Illegal client matching pattern: {ConfigErrors.Shorten(entry)}; it must be one of {string.Join(", ", s_attributes)}, followed by = and a regular expression";
            if (parts.Length != 2 || parts[1].Trim().Length == 0 || !s_attributes.Contains(parts[0].Trim(), StringComparer.Ordinal)) return false;
            try
            {
                patterns.Add((parts[0].Trim(), new Regex($@"\A(?:{parts[1].Trim()})\z", Options)));
            }
            catch (Exception invalid) when (invalid is ArgumentException or NotSupportedException)
            {
                // Not a pattern, or one that only backtracking could search for.
                reason = $"Illegal client matching pattern: {ConfigErrors.Shorten(entry)}; {invalid.Message}";
                return false;
            }
        }
        match = new ClientMetricsMatch([.. patterns]);
        reason = null;
        return true;
    }

    /// <summary>Whether a client is meant.</summary>
    /// <param name="valueOf">The client's value of an attribute; null if it has none, which no pattern matches.</param>
    public bool Matches(Func<string, string?> valueOf)
    {
        ArgumentNullException.ThrowIfNull(valueOf);
        foreach ((string attribute, Regex pattern) in _patterns)
        {
            if (valueOf(attribute) is not { } value || !pattern.IsMatch(value)) return false;
        }
        return true;
    }
}
