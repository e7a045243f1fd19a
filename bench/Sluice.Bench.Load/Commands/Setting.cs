using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Commands;

/// <summary>What the commands that put load on a broker have in common.</summary>
internal static class Setting
{
    private const int SegmentBytes = int.MaxValue;

    // Retention must not take away what is being fetched, nor a second segment begin under an offset that is known to be in the first.
    private static readonly Dictionary<string, string> TopicConfigs = new()
    {
        ["retention.ms"] = "-1",
        ["segment.bytes"] = "2147483647",
        ["max.message.bytes"] = "67108864",
    };

    /// <summary>Makes the run's topic.</summary>
    public static Task<BenchTopic> CreateTopicAsync(BrokerUnderTest broker, int partitionCount, CancellationToken cancellationToken) =>
        broker.CreateTopicAsync(partitionCount, TopicConfigs, cancellationToken);

    /// <summary>The batch that the options describe.</summary>
    public static RecordBatchSample CreateBatch(LoadOptions options) =>
        RecordBatchSample.Create(options.RecordBytes, options.BatchBytes, options.Compression, TimeProvider.System);

    /// <summary>Opens connections that take turns at the partitions.</summary>
    /// <param name="broker">Where to.</param>
    /// <param name="options">How many.</param>
    /// <param name="patternOf">What to ask of a partition.</param>
    public static Connections Connect(BrokerUnderTest broker, LoadOptions options, Func<int, RequestPattern> patternOf)
    {
        var connections = new Connections();
        try
        {
            for (int index = 0; index < options.Connections; index++)
            {
                WireSocket socket = broker.Connect();
                socket.ReceiveLowWaterBytes = options.ReceiveLowWaterBytes;
                connections.Add(new LoadConnection(socket, patternOf(index % options.Partitions)));
            }

            return connections;
        }
        catch
        {
            connections.Dispose();
            throw;
        }
    }

    /// <summary>Fills every partition with copies of a batch: a whole number of fetches of them, so that every fetch brings as many.</summary>
    /// <returns>Records in each partition.</returns>
    public static long Fill(BrokerUnderTest broker, BenchTopic topic, RecordBatchSample batch, LoadOptions options)
    {
        int batchesPerFetch = Math.Max(1, options.FetchMaxBytes / batch.Bytes.Length);
        long fetchesCount = Math.Max(1, options.FileBytes / options.Partitions / ((long)batchesPerFetch * batch.Bytes.Length));
        long batchesCount = fetchesCount * batchesPerFetch;
        if (batchesCount * batch.Bytes.Length > SegmentBytes) throw new UsageException("a partition is to have more than 2 GB: give less --file-megabytes or more --partitions");
        for (int partition = 0; partition < options.Partitions; partition++)
        {
            using var connection = new LoadConnection(broker.Connect(), new ProducePattern(topic, partition, batch, acks: 1));
            LoadRun.Run([connection], new LoadPhase(null, batchesCount, null, InFlight: 4));
        }

        return batchesCount * batch.RecordsCount;
    }

    /// <summary>Warms up, runs, and reports.</summary>
    /// <param name="report">Gets the figures.</param>
    /// <param name="broker">Whose costs are counted.</param>
    /// <param name="connections">Idle.</param>
    /// <param name="options">Length and rate.</param>
    /// <param name="bytesPerRequest">What one request moves, for a run that ends by its bytes.</param>
    /// <param name="idle">The broker before any load.</param>
    public static void Measure(
        Report report, BrokerUnderTest broker, Connections connections, LoadOptions options, long bytesPerRequest, ProcessSample? idle)
    {
        if (options.Warmup > TimeSpan.Zero) LoadRun.Run(connections, new LoadPhase(options.Warmup, null, options.Rate, options.InFlight));
        long? requestsPerConnection = options.Bytes is { } bytes ? Math.Max(1, bytes / bytesPerRequest / options.Connections) : null;
        var phase = new LoadPhase(options.Duration, requestsPerConnection, options.Rate, options.InFlight);
        ProcessSample? before = broker.Sample();
        LoadCounts counts = LoadRun.Run(connections, phase);
        ProcessSample? after = broker.Sample();
        report.AddCounts(counts);
        report.AddCosts(idle, before, after, counts);
    }

    /// <summary>Notes the options that every load has.</summary>
    public static void Describe(this Report report, LoadOptions options)
    {
        report.Set("connections", options.Connections);
        report.Set("partitions", options.Partitions);
        if (options.Rate is { } rate) report.Set("rate", $"{rate} requests/s");
        else report.Set("in flight", options.InFlight);
    }
}
