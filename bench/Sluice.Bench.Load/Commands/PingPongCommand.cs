using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Commands;

/// <summary>Exchanges small requests and answers.</summary>
internal static class PingPongCommand
{
    // A request and its answer are about this long, both together.
    private const int ExchangeBytes = 200;

    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        ProcessSample? idle = broker.Sample();
        BenchTopic topic = await Setting.CreateTopicAsync(broker, options.Partitions, cancellationToken);
        var report = new Report("pingpong");
        report.Describe(options);
        report.Set("request", options.Ping == "fetch" ? "Fetch of an empty partition" : "ApiVersions");
        using Connections connections = Setting.Connect(
            broker, options, partition => options.Ping == "fetch" ? PingPattern.EmptyFetch(topic, partition) : PingPattern.ApiVersions());
        Setting.Measure(report, broker, connections, options, ExchangeBytes, idle);
        return report;
    }
}
