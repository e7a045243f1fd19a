using BenchmarkDotNet.Attributes;
using Sluice.Bench.Load.Wire;
using Sluice.Bench.Micro.Support;
using Sluice.Log;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Micro.Log;

/// <summary>Appending a producer's batch: validation, checksum, offsets, one write, indexes.</summary>
// Each iteration has a new log, so that the disk holds one iteration's bytes and no more.
[InvocationCount(AppendsPerIteration)]
public class AppendBenchmarks
{
    private const int AppendsPerIteration = 2048;

    private TemporaryLog? _log;
    private RecordBatchSample? _batch;

    /// <summary>Records of 1 KiB in the batch.</summary>
    [Params(1, 64)]
    public int Records { get; set; } = 1;

    /// <summary>Builds the batch and an empty log.</summary>
    [IterationSetup]
    public void Setup()
    {
        _batch = RecordBatchSample.Create(1024, Records * 1040, CompressionType.None, TimeProvider.System);
        _log = TemporaryLog.Create();
    }

    /// <summary>Removes the log.</summary>
    [IterationCleanup]
    public void Cleanup() => _log?.Dispose();

    /// <summary>One append.</summary>
    [Benchmark]
    public long Append()
    {
        // The log writes the base offset into the batch; a producer's is 0, and no part of the checksum.
        _batch!.Bytes.AsSpan(0, sizeof(long)).Clear();
        return _log!.Log.Append(_batch.Bytes, AppendOrigin.Client, new AppendOptions(0)).LastOffset;
    }
}
