using System.Diagnostics;
using Sluice.Bench.Load.Brokers;
using Sluice.Broker;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Bench.Micro.Support.Figures;

namespace Sluice.Bench.Micro.Transactions;

/// <summary>What transactions cost: each by itself, and those who read at read_committed. Broker and clients in one process, over loopback.</summary>
internal static class TransactionFigures
{
    private const int FetchBytes = 1 << 20;
    private const int RoundCount = 5;

    private static readonly int[] s_recordCounts = [1, 10, 100];
    private static readonly int[] s_producerCounts = [1, 8];

    /// <summary>Measures all of it and prints it.</summary>
    /// <param name="scale">1 for the figures of the documents; less for a trial.</param>
    /// <param name="output">Gets Markdown.</param>
    internal static async Task RunAsync(double scale, TextWriter output)
    {
        await output.WriteLineAsync("### Transactions\n");
        await output.WriteLineAsync("| what | figure |\n| --- | ---: |");
        await WriteAsync(Scaled(4000, scale), output);
        foreach (int abortedShare in new[] { 0, 4 }) await ReadAsync(Scaled(20_000, scale), abortedShare, output);
        await output.WriteLineAsync();
    }

    // Rounds in turns, so that a slow minute of the machine falls on all of them.
    private static async Task WriteAsync(int transactionCount, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        await using BrokerServer broker = await StartAsync(directory.Path);
        await using KafkaConnection any = await ConnectAsync(broker);
        var topic = new BenchTarget("written", await CreateTopicAsync(any, "written", 8));
        Dictionary<(int Records, int Producers), List<double>> figures = [];
        for (int round = 0; round < RoundCount; round++)
        {
            foreach (int producerCount in s_producerCounts)
            {
                BenchProducer[] producers = await Task.WhenAll(Enumerable.Range(0, producerCount).Select(async index => await BenchProducer.StartAsync(await ConnectAsync(broker), $"tx{index}", topic, index)));
                foreach (int recordCount in s_recordCounts)
                {
                    int each = transactionCount / RoundCount / producerCount;
                    long started = Stopwatch.GetTimestamp();
                    await Task.WhenAll(producers.Select(async producer =>
                    {
                        for (int i = 0; i < each; i++) await producer.RunAsync(recordCount, isCommit: true);
                    }));
                    if (!figures.TryGetValue((recordCount, producerCount), out List<double>? list)) figures[(recordCount, producerCount)] = list = [];
                    list.Add(each * producerCount / Stopwatch.GetElapsedTime(started).TotalSeconds);
                }
                foreach (BenchProducer producer in producers) await producer.DisposeAsync();
            }
        }
        foreach (((int recordCount, int producerCount), List<double> list) in figures)
            await RowAsync(output, $"transactions per second (least to most): records of 100 bytes in each {recordCount}, producers {producerCount}", $"{Median(list):N0} ({list.Min():N0}–{list.Max():N0})");
    }

    // The same bytes read at both isolation levels, in turns; every fourth transaction was aborted, or none.
    private static async Task ReadAsync(int transactionCount, int abortedShare, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        await using BrokerServer broker = await StartAsync(directory.Path);
        await using KafkaConnection connection = await ConnectAsync(broker);
        var topic = new BenchTarget("read", await CreateTopicAsync(connection, "read", 1));
        await using (BenchProducer producer = await BenchProducer.StartAsync(await ConnectAsync(broker), "tx", topic, 0))
        {
            for (int i = 0; i < transactionCount; i++) await producer.RunAsync(recordCount: 100, isCommit: abortedShare == 0 || i % abortedShare != 0);
        }
        List<double> uncommitted = [];
        List<double> committed = [];
        for (int round = 0; round <= 2 * RoundCount; round++)
        {
            double first = await ReadAllAsync(connection, topic, isolation: 0);
            double second = await ReadAllAsync(connection, topic, isolation: 1);
            if (round == 0) continue; // Warms up.
            uncommitted.Add(first);
            committed.Add(second);
        }
        string what = abortedShare == 0 ? "none aborted" : $"1 in {abortedShare} aborted";
        await RowAsync(output, $"reading {transactionCount:N0} transactions of 100 records, {what}, at read_uncommitted: MB/s", $"{Median(uncommitted):N0} ({uncommitted.Min():N0}–{uncommitted.Max():N0})");
        await RowAsync(output, $"the same at read_committed: MB/s", $"{Median(committed):N0} ({committed.Min():N0}–{committed.Max():N0})");
        await RowAsync(output, $"time, read_committed to read_uncommitted, median of the rounds", $"{Median([.. uncommitted.Zip(committed, static (un, co) => un / co)]):F2}");
    }

    /// <returns>MB/s.</returns>
    private static async Task<double> ReadAllAsync(KafkaConnection connection, BenchTarget topic, sbyte isolation)
    {
        long bytes = 0;
        long started = Stopwatch.GetTimestamp();
        for (long offset = 0; ;)
        {
            FetchRequest request = new() { MaxWaitMs = 0, MinBytes = 1, MaxBytes = FetchBytes, IsolationLevel = isolation };
            FetchRequest.FetchTopic asked = request.Topics.Add();
            asked.TopicId = topic.Id;
            FetchRequest.FetchPartition partition = asked.Partitions.Add();
            partition.FetchOffset = offset;
            partition.PartitionMaxBytes = FetchBytes;
            FetchResponse.PartitionData data = (await connection.SendAsync(request)).Responses[0].Partitions[0];
            Check(data.ErrorCode);
            if (data.Records.SizeBytes == 0) return bytes / 1e6 / Stopwatch.GetElapsedTime(started).TotalSeconds;
            bytes += data.Records.SizeBytes;
            offset = BenchProducer.NextOffset(data.Records);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
