using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Commands;

/// <summary>Produces batches.</summary>
internal static class ProduceCommand
{
    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        ProcessSample? idle = broker.Sample();
        BenchTopic topic = await Setting.CreateTopicAsync(broker, options.Partitions, cancellationToken);
        RecordBatchSample batch = Setting.CreateBatch(options);
        var report = new Report("produce");
        report.Describe(options);
        report.Set("acks", options.Acks == -1 ? "all" : options.Acks);
        report.Set("record bytes", options.RecordBytes);
        report.Set("batch", $"{batch.Bytes.Length} bytes, {batch.RecordsCount} records, {options.Compression}");
        using Connections connections = Setting.Connect(broker, options, partition => new ProducePattern(topic, partition, batch, options.Acks));
        BackedMemory.Prepare(options.PreparedBytes);
        Setting.Measure(report, broker, connections, options, batch.Bytes.Length, idle);
        return report;
    }
}
