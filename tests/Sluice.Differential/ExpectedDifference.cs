using System.Text.RegularExpressions;
using Sluice.Differential.Comparison;

namespace Sluice.Differential;

/// <summary>A difference that is meant. Patterns may contain <c>*</c> for anything.</summary>
/// <param name="Scenario">Pattern of "Api: name".</param>
/// <param name="Step">Pattern of the step's label.</param>
/// <param name="Path">Pattern of the value's path.</param>
/// <param name="Reason">Why Sluice answers differently: a sentence for docs/compatibility.md.</param>
/// <param name="Kafka">Pattern of Kafka's value.</param>
/// <param name="Sluice">Pattern of Sluice's value.</param>
internal sealed record ExpectedDifference(string Scenario, string Step, string Path, string Reason, string Kafka = "*", string Sluice = "*")
{
    private readonly Regex _pattern = new(
        string.Join('\n', new[] { Scenario, Step, Path, Kafka, Sluice }.Select(static part => $"^{Regex.Escape(part).Replace(@"\*", "[^\n]*", StringComparison.Ordinal)}$")),
        RegexOptions.Multiline | RegexOptions.CultureInvariant);

    public bool Covers(Difference difference) =>
        _pattern.IsMatch($"{difference.Scenario}\n{difference.Step}\n{difference.Path}\n{difference.Kafka}\n{difference.Sluice}");
}
