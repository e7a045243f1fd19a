using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Commands;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Kafka's own performance tools as clients of either broker: what a user of the Java client sees.</summary>
/// <remarks>The tools take one of two processors for themselves, so throughput says as much about them; the broker's costs are its own.</remarks>
internal static partial class KafkaClients
{
    private const int RecordBytes = 1000;

    /// <summary>Has the producer tool produce.</summary>
    /// <param name="options">The broker; Kafka's folder in <see cref="LoadOptions.Kafka"/>.</param>
    /// <param name="recordsCount">Records of 1000 bytes.</param>
    /// <param name="arguments">Further arguments of the tool.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    public static async Task<Report> ProduceAsync(LoadOptions options, long recordsCount, string[] arguments, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options with { Kafka = null }, cancellationToken);
        BenchTopic topic = await Setting.CreateTopicAsync(broker, 1, cancellationToken);
        ProcessSample? before = broker.Sample();
        string output = await RunAsync(
            options, ["producer-perf", "--bootstrap-server", broker.Endpoint.ToString(), "--topic", topic.Name, "--num-records", Text(recordsCount), "--record-size", Text(RecordBytes), "--throughput", "-1", .. arguments], cancellationToken);
        ProcessSample? after = broker.Sample();

        // The last line sums up; those before it are of seconds of the run.
        Match match = ProducerLine().Matches(output) is [.., { } last] ? last : throw new UsageException($"the producer tool said something else: {output}");
        var report = new Report("kafka-producer");
        report.Add("records_per_second", Number(match, "records"));
        report.Add("mb_per_second", Number(match, "records") * RecordBytes / 1e6, 1);
        report.Add("latency_p50_us", Number(match, "p50") * 1000);
        report.Add("latency_p99_us", Number(match, "p99") * 1000);
        AddCosts(report, before, after, recordsCount);
        return report;
    }

    /// <summary>Fills a partition, and has the consumer tool read it.</summary>
    public static async Task<Report> ConsumeAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options with { Kafka = null }, cancellationToken);
        BenchTopic topic = await Setting.CreateTopicAsync(broker, 1, cancellationToken);
        long recordsCount = Setting.Fill(broker, topic, Setting.CreateBatch(options), options);
        ProcessSample? before = broker.Sample();
        string output = await RunAsync(
            options, ["consumer-perf", "--bootstrap-server", broker.Endpoint.ToString(), "--topic", topic.Name, "--num-records", Text(recordsCount), "--timeout", "30000"], cancellationToken);
        ProcessSample? after = broker.Sample();

        // A heading, and values below it.
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int heading = Array.FindIndex(lines, static line => line.StartsWith("start.time", StringComparison.Ordinal));
        if (heading < 0 || heading + 1 >= lines.Length) throw new UsageException($"the consumer tool said something else: {output}");
        string[] names = lines[heading].Split(',', StringSplitOptions.TrimEntries);
        string[] values = lines[heading + 1].Split(',', StringSplitOptions.TrimEntries);
        double Value(string name) => double.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
        var report = new Report("kafka-consumer");
        double fetchSeconds = Value("fetch.time.ms") / 1000;
        report.Add("records_per_second", recordsCount / fetchSeconds);
        report.Add("mb_per_second", recordsCount * RecordBytes / 1e6 / fetchSeconds, 1);
        AddCosts(report, before, after, recordsCount);
        return report;
    }

    private static void AddCosts(Report report, ProcessSample? before, ProcessSample? after, long recordsCount)
    {
        if (before is null || after is null) return;
        ProcessCost cost = ProcessCost.Between(before, after);
        double gigabytes = recordsCount * RecordBytes / 1e9;
        report.Add("broker_cpu_seconds_per_gb", cost.CpuSeconds / gigabytes, 4);
        report.Add("broker_user_seconds_per_gb", cost.UserSeconds / gigabytes, 4);
    }

    private static async Task<string> RunAsync(LoadOptions options, string[] arguments, CancellationToken cancellationToken)
    {
        string folder = options.Kafka ?? throw new UsageException("Kafka's tools come from --kafka FOLDER");
        var start = new ProcessStartInfo(Path.GetFullPath(Path.Combine(folder, "kafka"))) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : throw new UsageException($"{arguments[0]} failed: {(await errors).Trim()}");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Number(Match match, string name) => double.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"records sent, (?<records>[\d.]+) records/sec .*?(?<p50>[\d.]+) ms 50th, .*?(?<p99>[\d.]+) ms 99th")]
    private static partial Regex ProducerLine();
}
