using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Commands;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Comparing;

/// <summary>A producer and its consumer at the end of one partition, alone and beside a reader of another one that has to come from the disk.</summary>
internal static class ColdReader
{
    /// <summary>Runs both.</summary>
    /// <param name="options">Batch, rate and length; the size of what is cold.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        RecordBatchSample batch = RecordBatchSample.Create(1000, 65536, options.Compression, TimeProvider.System);
        BenchTopic topic = await Setting.CreateTopicAsync(broker, 1, cancellationToken);
        long recordsTotal = Setting.Fill(broker, topic, batch, options);
        string path = await broker.FirstSegmentAsync(topic, 0, cancellationToken);
        PageCache.Drop(path);

        Report alone = await TailLoad.RunAsync(options, 1, cancellationToken);
        PageCache.Drop(path);
        using var reader = new LoadConnection(broker.Connect(), new FetchPattern(topic, 0, batch, recordsTotal, 1 << 20));
        using var stop = new CancellationTokenSource();
        LoadCounts? read = null;
        IOException? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                read = ReadCold(reader, path, recordsTotal, batch, stop.Token);
            }
            catch (IOException exception)
            {
                failure = exception;
            }
        }) { IsBackground = true, Name = "cold reader" };
        thread.Start();
        Report beside;
        try
        {
            beside = await TailLoad.RunAsync(options, 1, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            thread.Join();
        }

        if (read is null) throw new IOException($"the reader of what is not in memory ended early: {failure?.Message}", failure);
        var report = new Report("cold-reader");
        report.Add("mb_per_second", read.Bytes / 1e6 / read.Elapsed.TotalSeconds, 1);
        report.Add("latency_p50_us", beside["latency_p50_us"]);
        report.Add("latency_p99_us", beside["latency_p99_us"]);
        report.Add("latency_p999_us", beside["latency_p999_us"]);
        report.Add("alone_p99_us", alone["latency_p99_us"]);
        report.Add("p99_ratio", beside["latency_p99_us"] / alone["latency_p99_us"], 3);
        return report;
    }

    // From the beginning to the end, and again after dropping what that brought into memory.
    private static LoadCounts ReadCold(LoadConnection reader, string path, long recordsTotal, RecordBatchSample batch, CancellationToken stop)
    {
        long fetchesCount = Math.Max(1, recordsTotal / batch.RecordsCount * batch.Bytes.Length / (1 << 20));
        var total = new LoadCounts();
        while (!stop.IsCancellationRequested)
        {
            LoadCounts counts = LoadRun.Run([reader], new LoadPhase(TimeSpan.FromSeconds(1), fetchesCount, null, InFlight: 1));
            total.Add(counts);
            total.Elapsed += counts.Elapsed;
            PageCache.Drop(path);
        }

        return total;
    }
}
