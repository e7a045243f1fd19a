using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Every round of a workload, by contender.</summary>
/// <param name="workload">What was run.</param>
internal sealed class WorkloadResult(Workload workload)
{
    private readonly Dictionary<string, List<Report>> _rounds = [];
    private readonly Dictionary<string, string> _failures = [];

    /// <summary>What was run.</summary>
    public Workload Workload => workload;

    /// <summary>Rounds by contender.</summary>
    public IReadOnlyDictionary<string, List<Report>> Rounds => _rounds;

    /// <summary>Why a contender could not do it, by contender.</summary>
    public IReadOnlyDictionary<string, string> Failures => _failures;

    /// <summary>Notes a round.</summary>
    public void Add(string contender, Report report)
    {
        if (!_rounds.TryGetValue(contender, out List<Report>? rounds)) _rounds[contender] = rounds = [];
        rounds.Add(report);
    }

    /// <summary>Notes that a round failed.</summary>
    public void AddFailure(string contender, string message) => _failures[contender] = message;

    /// <summary>A figure of every round; empty if there is none.</summary>
    public IReadOnlyList<double> Values(string contender, string measure) =>
        _rounds.TryGetValue(contender, out List<Report>? rounds) ? [.. rounds.Where(round => round.Has(measure)).Select(round => round[measure])] : [];

    /// <summary>The median of a figure; null if there is none.</summary>
    public double? Median(string contender, string measure) => Values(contender, measure) is { Count: > 0 } values ? Statistics.Median(values) : null;

    /// <summary>One median as a share of another; null if one of them is missing or 0.</summary>
    public double? Ratio(string contender, string other, string measure) =>
        Median(contender, measure) is { } value && Median(other, measure) is { } of && of > 0 ? value / of : null;
}
