using Sluice.Bench.Load.Baseline;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Commands;

/// <summary>
/// The broker's fetch beside the C loop: same file, same reader, in turns, so that what the machine does meanwhile hits both alike.
/// </summary>
internal static class CompareSendfileCommand
{
    private const long TotalBytesStandard = 4_000_000_000;

    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        options = options with { Partitions = 1, Connections = 1 };
        using SendfileLoop loop = SendfileLoop.Compile();
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        if (broker.ProcessId is null) throw new UsageException("compare-sendfile measures the broker's process: give --broker-pid beside --bootstrap-server");
        BenchTopic topic = await Setting.CreateTopicAsync(broker, partitionCount: 1, cancellationToken);
        RecordBatchSample batch = Setting.CreateBatch(options);
        long recordsTotal = Setting.Fill(broker, topic, batch, options);
        string path = await broker.FirstSegmentAsync(topic, partition: 0, cancellationToken);
        long fileBytes = recordsTotal / batch.RecordsCount * batch.Bytes.Length;
        if (new FileInfo(path).Length < fileBytes) throw new UsageException($"{path} is shorter than what was produced into it");

        var pattern = new FetchPattern(topic, 0, batch, recordsTotal, options.FetchMaxBytes);
        long fetchesCount = Math.Max(1, (options.Bytes ?? TotalBytesStandard) / ((long)pattern.BatchesPerFetch * batch.Bytes.Length));
        using var connection = new LoadConnection(broker.Connect(), pattern);
        long warmupFetchesCount = Math.Max(1, fetchesCount / 4);
        Fetch(broker, connection, warmupFetchesCount, options.InFlight);
        var rounds = new List<Round>();
        for (int index = 0; index < options.Rounds; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Whoever comes second finds warmer caches: take turns at that too.
            (LoadCounts Counts, ProcessCost Cost)? fetched = index % 2 == 1 ? Fetch(broker, connection, fetchesCount, options.InFlight) : null;
            SendfileLoopResult baseline = loop.Run(path, fileBytes, fetched?.Counts.Bytes ?? fetchesCount * options.FetchMaxBytes, options.ChunkBytes);
            (LoadCounts counts, ProcessCost cost) = fetched ?? Fetch(broker, connection, fetchesCount, options.InFlight);
            rounds.Add(new Round(baseline, counts, cost));
        }

        return Describe(options, fileBytes, rounds);
    }

    private static (LoadCounts Counts, ProcessCost Cost) Fetch(BrokerUnderTest broker, LoadConnection connection, long fetchesCount, int inFlight)
    {
        ProcessSample before = broker.Sample()!;
        LoadCounts counts = LoadRun.Run([connection], new LoadPhase(null, fetchesCount, null, inFlight));
        return (counts, ProcessCost.Between(before, broker.Sample()!));
    }

    private static Report Describe(LoadOptions options, long fileBytes, List<Round> rounds)
    {
        var report = new Report("compare-sendfile");
        report.Set("rounds", options.Rounds);
        report.Set("file MB", fileBytes / 1e6);
        report.Set("MB per round", rounds[0].Counts.Bytes / 1e6);
        report.Set("fetch max bytes", options.FetchMaxBytes);
        report.Set("in flight", options.InFlight);
        report.Set("bytes per sendfile of the C loop", options.ChunkBytes);
        report.Add("ratio", Statistics.Median(rounds.Select(round => round.BrokerCpuPerGb)) / Statistics.Median(rounds.Select(round => round.LoopCpuPerGb)), 3);
        report.AddMedian("round_ratio", [.. rounds.Select(round => round.BrokerCpuPerGb / round.LoopCpuPerGb)], 3);
        report.AddMedian("c_loop_cpu_seconds_per_gb", [.. rounds.Select(round => round.LoopCpuPerGb)], 4);
        report.AddMedian("broker_cpu_seconds_per_gb", [.. rounds.Select(round => round.BrokerCpuPerGb)], 4);
        report.Add("broker_user_seconds_per_gb_median", Statistics.Median(rounds.Select(round => round.Cost.UserSeconds / (round.Counts.Bytes / 1e9))), 4);
        report.AddMedian("c_loop_mb_per_second", [.. rounds.Select(round => round.Baseline.MegabytesPerSecond)], 1);
        report.AddMedian("broker_mb_per_second", [.. rounds.Select(round => round.Counts.Bytes / 1e6 / round.Counts.Elapsed.TotalSeconds)], 1);
        report.Add("c_loop_voluntary_switches_median", Statistics.Median(rounds.Select(round => (double)round.Baseline.VoluntarySwitches)));
        report.Add("broker_voluntary_switches_median", Statistics.Median(rounds.Select(round => (double)round.Cost.VoluntarySwitches)));
        return report;
    }

    private sealed record Round(SendfileLoopResult Baseline, LoadCounts Counts, ProcessCost Cost)
    {
        public double LoopCpuPerGb => Baseline.CpuSecondsPerGigabyte;

        public double BrokerCpuPerGb => Cost.CpuSeconds / (Counts.Bytes / 1e9);
    }
}
