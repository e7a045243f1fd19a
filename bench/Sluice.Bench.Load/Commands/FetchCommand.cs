using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Commands;

/// <summary>Fetches partitions from start to end, over and over.</summary>
internal static class FetchCommand
{
    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        ProcessSample? idle = broker.Sample();
        BenchTopic topic = await Setting.CreateTopicAsync(broker, options.Partitions, cancellationToken);
        RecordBatchSample batch = Setting.CreateBatch(options);
        long recordsTotal = Setting.Fill(broker, topic, batch, options);
        var report = new Report("fetch");
        report.Describe(options);
        report.Set("fetch max bytes", options.FetchMaxBytes);
        report.Set("batch", $"{batch.Bytes.Length} bytes, {batch.RecordsCount} records, {options.Compression}");
        report.Set("file MB", options.FileBytes / 1e6);
        using Connections connections = Setting.Connect(
            broker, options, partition => new FetchPattern(topic, partition, batch, recordsTotal, options.FetchMaxBytes));
        Setting.Measure(report, broker, connections, options, Math.Max(options.FetchMaxBytes, batch.Bytes.Length), idle);
        return report;
    }
}
