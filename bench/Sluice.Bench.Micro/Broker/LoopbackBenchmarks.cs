using BenchmarkDotNet.Attributes;
using Sluice.Bench.Load.Wire;
using Sluice.Bench.Micro.Support;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Micro.Broker;

/// <summary>Whole requests through a real connection to a broker in this process; the client's part is two system calls and no allocation.</summary>
public class LoopbackBenchmarks
{
    private const int BatchBytes = 64 * 1024;
    private const int FilledBatchesCount = 256;

    private InProcessBroker? _broker;
    private WireSocket? _socket;
    private RequestPattern? _ping;
    private RequestPattern? _produce;
    private RequestPattern? _fetch;

    /// <summary>Starts the broker and fills a partition.</summary>
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    /// <summary>Stops the broker.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _socket?.Dispose();
        _broker?.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>A fetch at the end of an empty partition.</summary>
    [Benchmark(Baseline = true)]
    public int FetchNothing() => Exchange(_ping!);

    /// <summary>A fetch of one batch of 64 KiB.</summary>
    [Benchmark]
    public int FetchOneBatch() => Exchange(_fetch!);

    /// <summary>A produce of one record of 1 KiB.</summary>
    [Benchmark]
    public int ProduceOneRecord() => Exchange(_produce!);

    private int Exchange(RequestPattern pattern) => pattern.Send(_socket!) + pattern.Receive(_socket!);

    private async Task SetupAsync()
    {
        _broker = await InProcessBroker.StartAsync();
        _socket = _broker.Connect();
        _ping = PingPattern.EmptyFetch(await _broker.CreateTopicAsync(), 0);
        RecordBatchSample record = RecordBatchSample.Create(1024, 1, CompressionType.None, TimeProvider.System);
        _produce = new ProducePattern(await _broker.CreateTopicAsync(), 0, record, acks: 1);
        BenchTopic filled = await _broker.CreateTopicAsync();
        RecordBatchSample batch = RecordBatchSample.Create(1024, BatchBytes, CompressionType.None, TimeProvider.System);
        var fill = new ProducePattern(filled, 0, batch, acks: 1);
        for (int index = 0; index < FilledBatchesCount; index++) Exchange(fill);
        _fetch = new FetchPattern(filled, 0, batch, (long)FilledBatchesCount * batch.RecordsCount, BatchBytes);
    }
}
