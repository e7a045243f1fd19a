using Sluice.Log.Compaction;

namespace Sluice.Log;

/// <summary>How compaction works in the background; Kafka's names and defaults.</summary>
/// <remarks>Immutable; a changed setting is a new instance given to <see cref="LogManager.Cleaner"/>. Memory bounds hold from the next round on.</remarks>
public sealed record CleanerSettings
{
    /// <summary>Kafka's defaults for every setting.</summary>
    public static CleanerSettings Default { get; } = new();

    /// <summary>Whether logs are compacted by themselves. Kafka <c>log.cleaner.enable</c>.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Threads that compact, 0 or more; 0 is none. Kafka <c>log.cleaner.threads</c>.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Bytes of memory that the maps of keys may take, over all threads. Kafka <c>log.cleaner.dedupe.buffer.size</c>. There it is taken at the
    /// start; here a round takes what the keys before it need, and gives it back at its end.
    /// </summary>
    public long DedupeBufferBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>How full a map of keys may become, above 0 and at most 1. Kafka <c>log.cleaner.io.buffer.load.factor</c>.</summary>
    public double LoadFactor { get; init; } = 0.9;

    /// <summary>Bytes of read and write buffers, over all threads, 0 or more; a batch that is larger gets the room that it needs. Kafka <c>log.cleaner.io.buffer.size</c>.</summary>
    public int IoBufferBytes { get; init; } = 512 * 1024;

    /// <summary>Most bytes read and written per second, over all threads, above 0. Kafka <c>log.cleaner.io.max.bytes.per.second</c>.</summary>
    public double IoBytesPerSecondMax { get; init; } = double.MaxValue;

    /// <summary>Milliseconds of rest when there is nothing to compact, 0 or more. Kafka <c>log.cleaner.backoff.ms</c>.</summary>
    public long BackoffMs { get; init; } = 15_000;

    internal long MapBytes => DedupeBufferBytes / Math.Max(1, Threads);

    internal int BufferBytes => IoBufferBytes / Math.Max(1, Threads) / 2;

    /// <summary>What one of several log directories may take, so that together they keep to these settings; each has one thread at least.</summary>
    internal CleanerSettings ShareOf(int directoriesCount)
    {
        int threads = Threads == 0 ? 0 : Math.Max(1, Threads / directoriesCount);
        CleanerSettings share = this with
        {
            Threads = threads,
            DedupeBufferBytes = DedupeBufferBytes / directoriesCount,
            IoBufferBytes = IoBufferBytes / directoriesCount,
            IoBytesPerSecondMax = IoBytesPerSecondMax / directoriesCount,
        };

        // The smallest buffer that is accepted has room for two keys a thread, and shared out it would have none.
        long bytesMin = (long)Math.Ceiling(2 * OffsetMap.EntryBytes / LoadFactor) * Math.Max(1, threads);
        return share.DedupeBufferBytes < bytesMin ? share with { DedupeBufferBytes = bytesMin } : share;
    }

    /// <summary>Refuses values with which no round could be done.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting lies outside its documented range, or the memory of a thread has no room for two keys.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LoadFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LoadFactor, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(IoBufferBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(IoBytesPerSecondMax);
        ArgumentOutOfRangeException.ThrowIfNegative(BackoffMs);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MapBytes / OffsetMap.EntryBytes * LoadFactor, 1, nameof(DedupeBufferBytes));
    }
}
