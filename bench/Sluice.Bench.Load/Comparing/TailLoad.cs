using System.Diagnostics;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Commands;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Batches at fixed times, and consumers that wait for each: how late each is at each consumer, and what that costs the broker.</summary>
internal static class TailLoad
{
    /// <summary>Runs it.</summary>
    /// <param name="options">Batch, rate and length.</param>
    /// <param name="consumersCount">Consumers, each of which receives every batch.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    public static async Task<Report> RunAsync(LoadOptions options, int consumersCount, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        ProcessSample? idle = broker.Sample();
        BenchTopic topic = await Setting.CreateTopicAsync(broker, 1, cancellationToken);
        RecordBatchSample batch = Setting.CreateBatch(options);
        var report = new Report("tail");
        report.Set("rate", $"{options.Rate} batches/s");
        report.Set("consumers", consumersCount);

        double rate = options.Rate!.Value;
        int warmupCount = Math.Max(10, (int)(options.Warmup.TotalSeconds * rate));
        int batchesCount = warmupCount + Math.Max(10, (int)((options.Duration ?? TimeSpan.FromSeconds(5)).TotalSeconds * rate));
        var due = new long[batchesCount];
        var consumers = new TailConsumer[consumersCount];
        for (int index = 0; index < consumersCount; index++) consumers[index] = new TailConsumer(broker.Connect(), new TailFetch(topic, batch), due, warmupCount);
        using WireSocket producer = broker.Connect();
        var produce = new ProducePattern(topic, 0, batch, options.Acks);

        // The first one tells the consumers how long an answer with one batch is.
        produce.Send(producer);
        produce.Receive(producer);
        Thread[] threads = [.. consumers.Select(static (consumer, index) => new Thread(consumer.Run) { IsBackground = true, Name = $"consumer {index}" })];
        foreach (Thread thread in threads) thread.Start();
        PreciseSleep.PrepareThread();
        long startTimestamp = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
        double intervalTicks = Stopwatch.Frequency / rate;
        ProcessSample? before = null;
        long beforeTimestamp = 0;
        for (int index = 0; index < batchesCount; index++)
        {
            if (index == warmupCount) (before, beforeTimestamp) = (broker.Sample(), Stopwatch.GetTimestamp());
            due[index] = startTimestamp + (long)(index * intervalTicks);
            PreciseSleep.Until(due[index]);
            produce.Send(producer);
            produce.Receive(producer);
        }

        foreach (Thread thread in threads) thread.Join();
        ProcessSample? after = broker.Sample();
        var counts = new LoadCounts { Elapsed = Stopwatch.GetElapsedTime(beforeTimestamp) };
        foreach (TailConsumer consumer in consumers)
        {
            if (consumer.Failure is { } failure) throw new IOException(failure.Message, failure);
            counts.Latency.Add(consumer.Latency);
            counts.Records += consumer.Latency.Count * batch.RecordsCount;
            counts.Bytes += consumer.Latency.Count * batch.Bytes.Length;
            consumer.Dispose();
        }

        counts.Requests = counts.Records / batch.RecordsCount;
        report.AddCounts(counts);
        report.AddCosts(idle, before, after, counts);
        if (before is not null && after is not null) report.Add("broker_cpu_us_per_record", ProcessCost.Between(before, after).CpuSeconds * 1e6 / counts.Records, 2);
        return report;
    }
}
