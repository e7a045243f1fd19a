using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Commands;

/// <summary>Runs what docs/benchmarks.md shows, and writes its tables.</summary>
internal static class ReportCommand
{
    private static readonly ReportCase[] Closed =
    [
        new("produce 64 KiB batches, acks 1, 1 connection", "produce", "--in-flight 5"),
        new("produce 64 KiB batches, acks 1, 4 connections, 4 partitions", "produce", "--in-flight 5 --connections 4 --partitions 4"),
        new("produce 64 KiB batches, lz4, 1 connection", "produce", "--in-flight 5 --compression lz4"),
        new("produce 1 record of 1 KiB, 1 connection", "produce", "--batch-bytes 1"),
        new("fetch 1 MiB, 1 connection", "fetch", ""),
        new("fetch 1 MiB, 4 connections, 4 partitions", "fetch", "--connections 4 --partitions 4"),
        new("fetch 64 KiB, 1 connection", "fetch", "--fetch-max-bytes 65536"),
        new("fetch of nothing, 1 connection", "pingpong", ""),
        new("fetch of nothing, 16 connections", "pingpong", "--connections 16"),
    ];

    private static readonly ReportCase[] Timed =
    [
        new("produce 1 record of 1 KiB, 2000/s", "produce", "--batch-bytes 1 --rate 2000"),
        new("produce 64 KiB batches, 1000/s, 4 connections", "produce", "--rate 1000 --connections 4 --partitions 4"),
        new("fetch 64 KiB, 2000/s, 4 connections", "fetch", "--fetch-max-bytes 65536 --rate 2000 --connections 4 --partitions 4"),
        new("fetch of nothing, 10000/s, 8 connections", "pingpong", "--rate 10000 --connections 8"),
    ];

    public static async Task RunAsync(LoadOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var table = new MarkdownTables(output);
        output.WriteLine($"Measured {TimeProvider.System.GetUtcNow():yyyy-MM-dd} on {Machine.Describe()}; {options.Rounds} rounds, medians, in parentheses least and most.");
        await StartAsync(table, options, cancellationToken);
        await CompareAsync(table, options, cancellationToken);
        await RunClosedAsync(table, options, cancellationToken);
        await RunTimedAsync(table, options, cancellationToken);
    }

    private static async Task StartAsync(MarkdownTables table, LoadOptions options, CancellationToken cancellationToken)
    {
        Report report = await LoadProgram.RunAsync("startup", options with { Rounds = options.Rounds * 3 }, cancellationToken);
        table.Begin("On an empty data directory", "figure", "value");
        table.Row("start to first answer, ms", MarkdownTables.Spread(report, "startup_ms", 1));
        table.Row("resident memory after 5 s idle, MB", MarkdownTables.Number(report["rss_idle_mb"], 1));
        table.Row("threads", MarkdownTables.Number(report["threads"], 0));
    }

    private static async Task CompareAsync(MarkdownTables table, LoadOptions options, CancellationToken cancellationToken)
    {
        Report report = await LoadProgram.RunAsync("compare-sendfile", options with { Rounds = options.Rounds * 2 }, cancellationToken);
        table.Begin("Fetch beside the C sendfile loop, in turns", "figure", "C loop, 64 KiB calls", "Sluice, 1 MiB fetches");
        table.Row("processor seconds per GB", MarkdownTables.Spread(report, "c_loop_cpu_seconds_per_gb", 4), MarkdownTables.Spread(report, "broker_cpu_seconds_per_gb", 4));
        table.Row("MB/s", MarkdownTables.Spread(report, "c_loop_mb_per_second", 0), MarkdownTables.Spread(report, "broker_mb_per_second", 0));
        table.Row("ratio of processor seconds, Sluice to C", "1", MarkdownTables.Number(report["ratio"], 3));
    }

    private static async Task RunClosedAsync(MarkdownTables table, LoadOptions options, CancellationToken cancellationToken)
    {
        table.Begin(
            "As fast as it goes", "load", "requests/s", "MB/s", "p50 µs", "p99 µs", "p99.9 µs", "broker CPU s/GB (user + system)", "CPU µs/request", "waits/request", "RSS idle → peak MB");
        foreach (ReportCase item in Closed)
        {
            IReadOnlyList<Report> runs = await RunAsync(item, options, cancellationToken);
            bool movesRecords = runs[0].Has("mb_per_second");
            string Middle(string name, int decimals) => MarkdownTables.Number(Statistics.Median(runs.Select(run => run[name])), decimals);
            table.Row(
                item.Title,
                Middle("requests_per_second", 0),
                movesRecords ? MarkdownTables.Spread([.. runs.Select(run => run["mb_per_second"])], 0) : "",
                Middle("latency_p50_us", 0),
                Middle("latency_p99_us", 0),
                Middle("latency_p999_us", 0),
                movesRecords ? $"{Middle("broker_cpu_seconds_per_gb", 3)} ({Middle("broker_user_seconds_per_gb", 3)} + {Middle("broker_system_seconds_per_gb", 3)})" : "",
                Middle("broker_cpu_us_per_request", 1),
                Middle("broker_voluntary_switches_per_request", 2),
                $"{Middle("broker_rss_idle_mb", 0)} → {Middle("broker_rss_peak_mb", 0)}");
        }
    }

    private static async Task RunTimedAsync(MarkdownTables table, LoadOptions options, CancellationToken cancellationToken)
    {
        table.Begin("At a fixed rate: latency from the time each request was due", "load", "p50 µs", "p99 µs", "p99.9 µs", "max µs", "broker CPU µs/request");
        foreach (ReportCase item in Timed)
        {
            IReadOnlyList<Report> runs = await RunAsync(item, options, cancellationToken);
            string Middle(string name, int decimals) => MarkdownTables.Spread([.. runs.Select(run => run[name])], decimals);
            table.Row(
                item.Title, Middle("latency_p50_us", 0), Middle("latency_p99_us", 0), Middle("latency_p999_us", 0), Middle("latency_max_us", 0), Middle("broker_cpu_us_per_request", 1));
        }
    }

    private static async Task<IReadOnlyList<Report>> RunAsync(ReportCase item, LoadOptions options, CancellationToken cancellationToken)
    {
        // The case says what is asked; which broker, and for how long, is said once for all.
        LoadOptions own = LoadOptions.Read(item.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)) with
        {
            Broker = options.Broker,
            BrokerSettings = options.BrokerSettings,
            BootstrapServer = options.BootstrapServer,
            BrokerProcessId = options.BrokerProcessId,
            Duration = options.Duration,
            Bytes = null,
            Warmup = options.Warmup,
            FileBytes = options.FileBytes,
        };
        List<Report> runs = [];
        for (int round = 0; round < options.Rounds; round++) runs.Add(await LoadProgram.RunAsync(item.Command, own, cancellationToken));
        return runs;
    }

    private sealed record ReportCase(string Title, string Command, string Arguments);
}
