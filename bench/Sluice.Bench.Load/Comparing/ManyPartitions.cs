using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Commands;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Produces to every partition in turn, a few and then very many: whether a broker of many partitions is as fast as one of few.</summary>
internal static class ManyPartitions
{
    private const int FewCount = 10;
    private const int PartitionsPerTopic = 1000;

    /// <summary>Runs both.</summary>
    /// <param name="options">Batch and load.</param>
    /// <param name="manyCount">Partitions of the second part.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    public static async Task<Report> RunAsync(LoadOptions options, int manyCount, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        RecordBatchSample batch = Setting.CreateBatch(options);
        var report = new Report("many-partitions");
        double few = await MeasureAsync(broker, options, batch, FewCount, cancellationToken);
        double many = await MeasureAsync(broker, options, batch, manyCount, cancellationToken);
        report.Add("mb_per_second", many, 1);
        report.Add("few_mb_per_second", few, 1);
        report.Add("many_to_few", many / few, 3);
        return report;
    }

    private static async Task<double> MeasureAsync(BrokerUnderTest broker, LoadOptions options, RecordBatchSample batch, int partitionsCount, CancellationToken cancellationToken)
    {
        // Kafka makes no more than some thousand partitions at once.
        List<(BenchTopic Topic, int Partition)> partitions = [];
        while (partitions.Count < partitionsCount)
        {
            int count = Math.Min(PartitionsPerTopic, partitionsCount - partitions.Count);
            BenchTopic topic = await Setting.CreateTopicAsync(broker, count, cancellationToken);
            partitions.AddRange(Enumerable.Range(0, count).Select(index => (topic, index)));
        }

        PageCache.Settle();
        BackedMemory.Prepare(options.PreparedBytes);
        using var connections = new Connections();
        for (int index = 0; index < options.Connections; index++)
        {
            int first = index * partitionsCount / options.Connections;
            int end = (index + 1) * partitionsCount / options.Connections;
            connections.Add(new LoadConnection(broker.Connect(), new ProduceInTurns(partitions[first..end], batch, options.Acks)));
        }

        LoadRun.Run(connections, new LoadPhase(options.Warmup, null, null, options.InFlight));
        LoadCounts counts = LoadRun.Run(connections, new LoadPhase(options.Duration, null, null, options.InFlight));
        return counts.Bytes / 1e6 / counts.Elapsed.TotalSeconds;
    }
}
