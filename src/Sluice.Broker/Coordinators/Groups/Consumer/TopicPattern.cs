using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>A pattern that topic names match as a whole. It takes time in proportion to the name, whatever the pattern is.</summary>
internal sealed class TopicPattern
{
    /// <summary>Longest pattern that is taken.</summary>
    public const int LengthMax = 4096;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // For one name. What RE2 bounds by a pattern's size is bounded here by the time that it costs.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly Regex _regex;

    private TopicPattern(Regex regex) => _regex = regex;

    /// <summary>Makes a pattern of what a client sent.</summary>
    /// <returns>Null if it is no regular expression, or one that needs backtracking.</returns>
    public static TopicPattern? TryCreate(string pattern)
    {
        if (pattern.Length > LengthMax) return null;
        try
        {
            // Alone first: what only makes sense between other brackets is none.
            _ = new Regex(pattern, Options, s_patience);
            return new TopicPattern(new Regex($@"\A(?:{pattern})\z", Options, s_patience));
        }
        catch (ArgumentException)
        {
            return null; // The caller tells the client.
        }
        catch (NotSupportedException)
        {
            return null; // Look-around, back references: RE2 has none of them either.
        }
    }

    /// <summary>Those of the names that match, ordered.</summary>
    public ImmutableArray<string> Select(IEnumerable<string> names) => [.. names.Where(IsMatch).Order(StringComparer.Ordinal)];

    /// <summary>Whether the whole of <paramref name="name"/> matches.</summary>
    public bool IsMatch(string name)
    {
        try
        {
            return _regex.IsMatch(name);
        }
        catch (RegexMatchTimeoutException)
        {
            return false; // A pattern made to be slow matches nothing.
        }
    }
}
