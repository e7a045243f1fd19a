using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Commands;

/// <summary>
/// The ways of a batch into the log, <c>log.append=buffered</c> and <c>mapped</c>: the same load on a new broker and a new directory each time,
/// in turns, so that what the machine does meanwhile hits both alike.
/// </summary>
internal static class CompareAppendCommand
{
    private static readonly string[] Ways = ["buffered", "mapped"];
    private static readonly string[] Figures =
        ["broker_cpu_seconds_per_gb", "broker_system_seconds_per_gb", "mb_per_second", "latency_p50_us", "latency_p99_us", "broker_rss_peak_mb"];

    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        if (options.BootstrapServer is not null) throw new UsageException("compare-append starts its brokers: give --broker");
        Dictionary<string, List<Report>> runs = Ways.ToDictionary(static way => way, static _ => new List<Report>());
        for (int round = 0; round < options.Rounds; round++)
        {
            // Whoever comes second finds other caches: take turns at that too.
            foreach (string way in round % 2 == 0 ? Ways : Ways.Reverse())
            {
                LoadOptions own = options with { BrokerSettings = [.. options.BrokerSettings, $"log.append={way}"] };
                runs[way].Add(await ProduceCommand.RunAsync(own, cancellationToken));
            }
        }

        var report = new Report("compare-append");
        report.Describe(options);
        report.Set("rounds", options.Rounds);
        report.Set("batch bytes", options.BatchBytes);
        report.Set("record bytes", options.RecordBytes);
        List<double> ratios = [.. runs[Ways[0]].Zip(runs[Ways[1]], static (buffered, mapped) => mapped[Figures[0]] / buffered[Figures[0]])];
        report.AddMedian("round_ratio", ratios, 3);
        foreach (string figure in Figures)
        {
            foreach (string way in Ways) report.AddMedian($"{way}_{figure}", [.. runs[way].Select(run => run[figure])], 3);
        }

        return report;
    }
}
