using Sluice.Differential.Comparison;

namespace Sluice.Differential;

/// <summary>What a scenario came to.</summary>
/// <param name="StepsCount">Questions that were asked of each peer.</param>
/// <param name="Unexplained">Differences that nothing accounts for: the scenario fails.</param>
/// <param name="Explained">Differences that are known and meant.</param>
/// <param name="Failure">A script that could not be run to its end on one of the peers.</param>
internal sealed record ScenarioOutcome(
    Scenario Scenario,
    int StepsCount,
    IReadOnlyList<Difference> Unexplained,
    IReadOnlyList<(Difference Difference, ExpectedDifference Expected)> Explained,
    string? Failure);
