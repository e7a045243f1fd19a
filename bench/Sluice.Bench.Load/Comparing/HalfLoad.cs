using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Commands;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Produces at half the rate that the last of the contenders, Apache Kafka where it is there, can keep up with: latency without a queue.</summary>
/// <param name="load">Batches and connections.</param>
internal sealed class HalfLoad(LoadOptions load)
{
    private double? _rate;

    /// <summary>Finds the rate.</summary>
    public async Task PrepareAsync(IReadOnlyList<Contender> contenders, CancellationToken cancellationToken)
    {
        Report saturated = await ProduceCommand.RunAsync(contenders[^1].Aim(load), cancellationToken);
        _rate = saturated["requests_per_second"] / 2;
    }

    /// <summary>Runs at that rate.</summary>
    public async Task<Report> RunAsync(Contender contender, CancellationToken cancellationToken)
    {
        Report report = await ProduceCommand.RunAsync(contender.Aim(load with { Rate = _rate }), cancellationToken);
        report.Add("rate_requests_per_second", _rate ?? 0);
        return report;
    }
}
