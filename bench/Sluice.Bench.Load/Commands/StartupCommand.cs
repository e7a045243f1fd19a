using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Commands;

/// <summary>Starts a broker on an empty directory: how long until it answers, and what it then weighs.</summary>
internal static class StartupCommand
{
    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        if (options.BootstrapServer is not null) throw new UsageException("startup starts its own brokers: give --broker instead of --bootstrap-server");
        var report = new Report("startup");
        report.Set("starts", options.Rounds);
        report.Set("idle", $"{options.Idle.TotalSeconds} s");
        var milliseconds = new List<double>();
        ProcessSample? idle = null;
        for (int round = 0; round < options.Rounds; round++)
        {
            using var directory = new TemporaryDirectory();
            using BrokerProcess broker = BrokerProcess.Start(options, directory.Path);
            milliseconds.Add(broker.StartTime.TotalMilliseconds);
            if (round < options.Rounds - 1) continue;
            await Task.Delay(options.Idle, TimeProvider.System, cancellationToken);
            idle = ProcessSample.Take(broker.Id);
        }

        report.AddMedian("startup_ms", milliseconds, 1);
        report.Add("rss_idle_mb", idle!.ResidentBytes / 1e6, 1);
        report.Add("rss_peak_mb", idle.PeakResidentBytes / 1e6, 1);
        report.Add("cpu_seconds", idle.UserSeconds + idle.SystemSeconds, 2);
        report.Add("threads", idle.ThreadCount);
        return report;
    }
}
