using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Starts a broker on a directory that it has used before: how long until it answers, and what it weighs when nothing happens.</summary>
internal static class StartLoad
{
    private const int PartitionsPerTopic = 1000;

    /// <summary>Runs it.</summary>
    /// <param name="start">How to start one.</param>
    /// <param name="partitionsCount">Partitions on disk; 0 for none.</param>
    /// <param name="idle">How long it is left alone before its memory is read.</param>
    /// <param name="cancellationToken">Gives up between starts.</param>
    public static async Task<Report> RunAsync(LoadOptions start, int partitionsCount, TimeSpan idle, CancellationToken cancellationToken)
    {
        using var directory = new TemporaryDirectory();

        // The first start makes the directory what it is; Kafka formats it then.
        using (BrokerProcess first = BrokerProcess.Start(start, directory.Path)) await FillAsync(first, partitionsCount, cancellationToken);
        using BrokerProcess broker = BrokerProcess.Start(start, directory.Path);
        var report = new Report("start");
        report.Set("partitions", partitionsCount);
        report.Add("startup_ms", broker.StartTime.TotalMilliseconds, 1);
        await Task.Delay(idle, TimeProvider.System, cancellationToken);
        report.Add("rss_idle_mb", ProcessSample.Take(broker.Id).ResidentBytes / 1e6, 1);
        return report;
    }

    private static async Task FillAsync(BrokerProcess broker, int partitionsCount, CancellationToken cancellationToken)
    {
        if (partitionsCount == 0) return;
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.Endpoint.ToString(), null, cancellationToken);
        var admin = new AdminClient(cluster);
        for (int made = 0; made < partitionsCount; made += PartitionsPerTopic)
        {
            await admin.CreateTopicAsync(new NewTopic($"filling-{made}", Math.Min(PartitionsPerTopic, partitionsCount - made), 1), cancellationToken);
        }
    }
}
