using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Sluice.Testing;

namespace Sluice.Bench.Micro.Testing;

/// <summary>How long a test waits for its broker, in a process that has started one before.</summary>
internal static class TestBrokerFigures
{
    private const string Topic = "figures";
    private const int WarmUpCount = 10;

    /// <summary>Measures all of it and prints it.</summary>
    /// <param name="scale">1 for the figures of the documents; less for a trial.</param>
    /// <param name="output">Gets Markdown.</param>
    internal static async Task RunAsync(double scale, TextWriter output)
    {
        await output.WriteLineAsync("### A broker inside a test\n");
        await output.WriteLineAsync("| what | median ms | 95 % within ms |\n| --- | ---: | ---: |");
        int count = Math.Max(3, (int)(100 * scale));
        List<Times> times = [];
        for (int i = 0; i < WarmUpCount + count; i++)
        {
            Times measured = await MeasureAsync();
            if (i >= WarmUpCount) times.Add(measured);
        }
        await RowAsync(output, "start, one topic included", times.Select(static time => time.StartMs));
        await RowAsync(output, "start to first acknowledged record, the kit's client", times.Select(static time => time.KitMs));
        await RowAsync(output, "start to first acknowledged record, a new Confluent.Kafka producer", times.Select(static time => time.ConfluentMs));
        await RowAsync(output, "stop, directory removed", times.Select(static time => time.StopMs));
        await ManyAsync(Math.Max(3, (int)(100 * scale)), output);
        await output.WriteLineAsync();
    }

    private static async Task RowAsync(TextWriter output, string what, IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| {what} | {sorted[sorted.Length / 2]:F1} | {sorted[(int)(sorted.Length * 0.95)]:F1} |"));
    }

    private static async Task<Times> MeasureAsync()
    {
        // One broker for each client: what the first one made warm would be a gift to the second.
        long startedAt = Stopwatch.GetTimestamp();
        SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic(Topic));
        double startMs = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        await broker.Topic(Topic).ProduceAsync("k", "v");
        double kitMs = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        long stoppedAt = Stopwatch.GetTimestamp();
        await broker.DisposeAsync();
        double stopMs = Stopwatch.GetElapsedTime(stoppedAt).TotalMilliseconds;

        startedAt = Stopwatch.GetTimestamp();
        await using SluiceBroker another = await SluiceBroker.StartAsync(static options => options.WithTopic(Topic));
        // 5 ms of linger are the library's default, and part of what a test would wait.
        using IProducer<string, string> producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = another.BootstrapServers }).Build();
        await producer.ProduceAsync(Topic, new Message<string, string> { Key = "k", Value = "v" });
        return new Times(startMs, kitMs, Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, stopMs);
    }

    private static async Task ManyAsync(int count, TextWriter output)
    {
        long startedAt = Stopwatch.GetTimestamp();
        SluiceBroker[] brokers = await Task.WhenAll(Enumerable.Range(0, count).Select(static _ => SluiceBroker.StartAsync(static options => options.WithTopic(Topic))));
        double startMs = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        foreach (SluiceBroker broker in brokers) await broker.DisposeAsync();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| {count} brokers at once, until all are ready | {startMs:F0} | |"));
    }

    private sealed record Times(double StartMs, double KitMs, double ConfluentMs, double StopMs);
}
