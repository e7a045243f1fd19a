using System.Globalization;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Wire;
using Sluice.Bench.Micro.Support;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Micro.Broker;

/// <summary>Bytes that the broker allocates per request in steady state, over a real connection.</summary>
/// <remarks>
/// Written by hand because the collector's own count over the whole process is exact, and the client beside the broker, blocking
/// calls on a thread of its own with memory made before, adds nothing to it.
/// </remarks>
internal static class EndToEndAllocations
{
    /// <summary>Requests of each kind.</summary>
    public const int RequestsStandard = 20_000;

    /// <summary>What a request may allocate.</summary>
    public const double BytesPerRequestMax = 1024;

    private const int BatchBytes = 64 * 1024;

    /// <summary>Measures every kind of request and prints a table.</summary>
    /// <param name="requestsCount">Requests of each kind, after a tenth of them to warm up.</param>
    /// <param name="output">Gets the table.</param>
    /// <param name="markdown">Whether it is to be one of Markdown.</param>
    /// <returns>Whether every kind stayed below <see cref="BytesPerRequestMax"/>.</returns>
    public static async Task<bool> RunAsync(int requestsCount, TextWriter output, bool markdown)
    {
        IReadOnlyList<AllocationResult> results = await MeasureAsync(requestsCount);
        if (markdown)
        {
            var table = new MarkdownTables(output);
            table.Begin("Bytes allocated per request in steady state", "request", "bytes");
            foreach (AllocationResult result in results) table.Row(result.Request, MarkdownTables.Number(result.BytesPerRequest, 1));
        }
        else
        {
            await output.WriteLineAsync($"bytes allocated per request; fewer than {BytesPerRequestMax} are wanted");
            foreach (AllocationResult result in results)
            {
                string bytes = result.BytesPerRequest.ToString("N1", CultureInfo.InvariantCulture);
                await output.WriteLineAsync($"  {result.Request,-34}{bytes,10}{(result.BytesPerRequest < BytesPerRequestMax ? "" : "  too many")}");
            }
        }

        return results.All(result => result.BytesPerRequest < BytesPerRequestMax);
    }

    /// <summary>Measures every kind of request.</summary>
    /// <param name="requestsCount">Requests of each kind, after a tenth of them to warm up.</param>
    public static async Task<IReadOnlyList<AllocationResult>> MeasureAsync(int requestsCount)
    {
        await using InProcessBroker broker = await InProcessBroker.StartAsync();
        RecordBatchSample record = RecordBatchSample.Create(1024, 1, CompressionType.None, TimeProvider.System);
        RecordBatchSample batch = RecordBatchSample.Create(1024, BatchBytes, CompressionType.None, TimeProvider.System);
        BenchTopic empty = await broker.CreateTopicAsync();
        BenchTopic small = await broker.CreateTopicAsync();
        BenchTopic large = await broker.CreateTopicAsync();
        List<AllocationResult> results = [];
        using WireSocket socket = broker.Connect();
        using WireSocket second = broker.Connect();

        results.Add(Measure("fetch, nothing there", requestsCount, socket, PingPattern.EmptyFetch(empty, 0)));
        AllocationResult produced = Measure("produce, 1 record of 1 KiB", requestsCount, socket, new ProducePattern(small, 0, record, acks: 1));
        results.Add(produced);

        // Fewer, since the disk holds them all.
        int largeCount = Math.Max(64, requestsCount / 4);
        results.Add(Measure("produce, batch of 64 KiB", largeCount, socket, new ProducePattern(large, 0, batch, acks: 1)));
        long recordsTotal = (long)largeCount * batch.RecordsCount;
        results.Add(Measure("fetch, 64 KiB", requestsCount, socket, new FetchPattern(large, 0, batch, recordsTotal, BatchBytes)));
        results.Add(Measure("fetch, 1 MiB", largeCount, socket, FetchOfMegabytes(large, batch, largeCount)));
        results.Add(MeasureWaiting(requestsCount, socket, second, empty, record, produced));
        return results;
    }

    private static FetchPattern FetchOfMegabytes(BenchTopic topic, RecordBatchSample batch, int batchesCount)
    {
        int batchesPerFetch = (1 << 20) / batch.Bytes.Length;
        return new FetchPattern(topic, 0, batch, (long)(batchesCount / batchesPerFetch * batchesPerFetch) * batch.RecordsCount, 1 << 20);
    }

    private static AllocationResult Measure(string request, int requestsCount, WireSocket socket, RequestPattern pattern) =>
        Measure(request, requestsCount, () =>
        {
            pattern.Send(socket);
            pattern.Receive(socket);
        });

    // A consumer that has caught up: its fetch waits until the producer's record wakes it. What the produce allocates by itself is taken off.
    private static AllocationResult MeasureWaiting(
        int requestsCount, WireSocket consumer, WireSocket producer, BenchTopic topic, RecordBatchSample record, AllocationResult produced)
    {
        long recordsTotal = 2L * requestsCount;
        var fetch = new FetchPattern(topic, 0, record, recordsTotal, record.Bytes.Length);
        var produce = new ProducePattern(topic, 0, record, acks: 1);
        AllocationResult both = Measure("fetch that waits for a record", requestsCount, () =>
        {
            fetch.Send(consumer);
            produce.Send(producer);
            produce.Receive(producer);
            fetch.Receive(consumer);
        });
        return both with { BytesPerRequest = Math.Max(0, both.BytesPerRequest - produced.BytesPerRequest) };
    }

    private static AllocationResult Measure(string request, int requestsCount, Action exchange)
    {
        double bytesPerRequest = 0;
        Exception? failure = null;
        var client = new Thread(() =>
        {
            try
            {
                for (int index = 0; index < Math.Max(1, requestsCount / 10); index++) exchange();
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int index = 0; index < requestsCount; index++) exchange();
                bytesPerRequest = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)requestsCount;
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                failure = exception;
            }
        });
        client.Start();
        client.Join();
        return failure is null ? new AllocationResult(request, bytesPerRequest) : throw new InvalidDataException($"{request}: {failure.Message}", failure);
    }
}
