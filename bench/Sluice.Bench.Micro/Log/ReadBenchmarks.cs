using BenchmarkDotNet.Attributes;
using Sluice.Bench.Load.Wire;
using Sluice.Bench.Micro.Support;
using Sluice.Log;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Micro.Log;

/// <summary>Finding the bytes that answer a fetch; no record is read.</summary>
public class ReadBenchmarks
{
    private const int BatchesCount = 256;

    private TemporaryLog? _log;
    private long _nextOffset;
    private long _randomState = 20_251;

    /// <summary>Fills a log with 16 MiB.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _log = TemporaryLog.Create();
        RecordBatchSample batch = RecordBatchSample.Create(1024, 64 * 1040, CompressionType.None, TimeProvider.System);
        for (int index = 0; index < BatchesCount; index++)
        {
            // The log writes the base offset into the batch; a producer's is 0.
            batch.Bytes.AsSpan(0, sizeof(long)).Clear();
            _log.Log.Append(batch.Bytes, AppendOrigin.Client, new AppendOptions(0));
        }
    }

    /// <summary>Removes the log.</summary>
    [GlobalCleanup]
    public void Cleanup() => _log?.Dispose();

    /// <summary>One after the other from start to end, 1 MiB each, as a consumer that catches up.</summary>
    [Benchmark(Baseline = true)]
    public long ReadOn() => Read(_nextOffset >= _log!.Log.LogEndOffset ? 0 : _nextOffset, 1 << 20);

    /// <summary>1 MiB from anywhere, as a consumer that seeks.</summary>
    [Benchmark]
    public long ReadAnywhere()
    {
        _randomState = ((_randomState * 1_103_515_245) + 12_345) & 0x7fffffff;
        return Read(_randomState % _log!.Log.LogEndOffset, 1 << 20);
    }

    /// <summary>The last batch, as a consumer that keeps up.</summary>
    [Benchmark]
    public long ReadTail() => Read(_log!.Log.LogEndOffset - 1, 1 << 20);

    private long Read(long offset, int maxBytes)
    {
        LogReadResult result = _log!.Log.Read(offset, maxBytes, _log.Log.HighWatermark, minOneMessage: true);
        result.Region.Release();
        return _nextOffset = result.NextOffset;
    }
}
