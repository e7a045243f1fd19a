using System.Diagnostics.Metrics;
using Sluice.Log.Compaction;

namespace Sluice.Log;

/// <summary>What the log layer counts, as the meter <see cref="MeterName"/>.</summary>
/// <remarks>Appends add to plain sums that are read when somebody collects. Safe on any thread.</remarks>
internal sealed class LogMetrics : IDisposable
{
    public const string MeterName = "Sluice.Log";

    private readonly Meter _meter;
    private readonly Histogram<double> _flushDuration;
    private readonly Counter<long> _rolls;
    private readonly Counter<long> _removedSegments;
    private readonly Counter<long> _recoveredSegments;
    private readonly Counter<long> _truncatedBytes;
    private readonly Counter<long> _compactionRounds;
    private readonly Histogram<double> _compactionDuration;
    private readonly Counter<long> _compactionReadBytes;
    private readonly Counter<long> _compactionWrittenBytes;
    private readonly Counter<long> _compactedRecords;
    private long _appendedBytes;
    private long _appendedRecords;
    private long _refusedAppends;
    private long _receivedInPlaceBytes;

    /// <param name="meters">Makes the meter, and ends it; null = one of its own.</param>
    public LogMetrics(IMeterFactory? meters)
    {
        _meter = meters?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
        _meter.CreateObservableCounter("sluice.log.append.bytes", () => Volatile.Read(ref _appendedBytes), "By", "Bytes of batches appended.");
        _meter.CreateObservableCounter("sluice.log.append.records", () => Volatile.Read(ref _appendedRecords), "{record}", "Records appended.");
        _meter.CreateObservableCounter("sluice.log.append.refused", () => Volatile.Read(ref _refusedAppends), "{batch}", "Batches refused.");
        _meter.CreateObservableCounter(
            "sluice.log.append.in_place", () => ReceivedInPlaceBytes, "By", "Bytes of batches that were received straight into the mapped segment.");
        _flushDuration = _meter.CreateHistogram<double>("sluice.log.flush.duration", "s", "Time until appended batches were on the device.");
        _rolls = _meter.CreateCounter<long>("sluice.log.segment.rolls", "{segment}", "Segments begun behind another.");
        _removedSegments = _meter.CreateCounter<long>("sluice.log.segment.removals", "{segment}", "Segments removed by retention or deletion of records.");
        _recoveredSegments = _meter.CreateCounter<long>("sluice.log.recovery.segments", "{segment}", "Segments read from their first byte at start.");
        _compactionRounds = _meter.CreateCounter<long>("sluice.log.compaction.rounds", "{round}", "Rounds of compaction over a log, by how they ended.");
        _compactionDuration = _meter.CreateHistogram<double>("sluice.log.compaction.duration", "s", "Time of one round over one log.");
        _compactionReadBytes = _meter.CreateCounter<long>("sluice.log.compaction.read", "By", "Bytes of batches read by compaction.");
        _compactionWrittenBytes = _meter.CreateCounter<long>("sluice.log.compaction.written", "By", "Bytes of batches written by compaction.");
        _compactedRecords = _meter.CreateCounter<long>("sluice.log.compaction.records", "{record}", "Records that compaction removed.");
        _truncatedBytes = _meter.CreateCounter<long>("sluice.log.recovery.truncated", "By", "Bytes cut off because they were no valid batches.");
    }

    public Meter Meter => _meter;

    public long ReceivedInPlaceBytes => Volatile.Read(ref _receivedInPlaceBytes);

    /// <summary>Adds the gauges that are read from the open partitions when somebody collects.</summary>
    public void Observe(Func<int> partitionsCount, Func<long> sizeBytes)
    {
        _meter.CreateObservableGauge("sluice.log.partitions", partitionsCount, "{partition}", "Partitions that are open.");
        _meter.CreateObservableGauge("sluice.log.size", sizeBytes, "By", "Bytes of all partitions' batches, without indexes.");
    }

    /// <summary>Adds the gauges that are read from the cleaner when somebody collects.</summary>
    public void ObserveCompaction(Func<int> uncleanableCount, Func<double> dirtyRatioMax)
    {
        _meter.CreateObservableGauge(
            "sluice.log.compaction.uncleanable", uncleanableCount, "{partition}", "Partitions that are not compacted any more because of damage.");
        _meter.CreateObservableGauge(
            "sluice.log.compaction.dirty_ratio", dirtyRatioMax, "1", "Largest share of bytes that no round has seen, of all compacted logs.");
    }

    public void Compacted(RoundOutcome outcome, CleaningCounts counts, TimeSpan duration)
    {
        _compactionRounds.Add(1, new KeyValuePair<string, object?>("outcome", NameOf(outcome)));
        _compactionDuration.Record(duration.TotalSeconds);
        _compactionReadBytes.Add(counts.BytesRead);
        _compactionWrittenBytes.Add(counts.BytesWritten);
        _compactedRecords.Add(counts.RecordsRead - counts.RecordsKept);
    }

    public void Appended(long bytes, long records)
    {
        Interlocked.Add(ref _appendedBytes, bytes);
        Interlocked.Add(ref _appendedRecords, records);
    }

    public void ReceivedInPlace(long bytes) => Interlocked.Add(ref _receivedInPlaceBytes, bytes);

    public void Refused() => Interlocked.Increment(ref _refusedAppends);

    public void Flushed(TimeSpan duration) => _flushDuration.Record(duration.TotalSeconds);

    public void Rolled() => _rolls.Add(1);

    public void Removed(int segmentsCount) => _removedSegments.Add(segmentsCount);

    public void Recovered(int segmentsCount) => _recoveredSegments.Add(segmentsCount);

    public void Truncated(long bytes) => _truncatedBytes.Add(bytes);

    public void Dispose() => _meter.Dispose();

    private static string NameOf(RoundOutcome outcome) => outcome switch
    {
        RoundOutcome.Completed => "completed",
        RoundOutcome.GivenUp => "given_up",
        RoundOutcome.Refused => "refused",
        _ => "failed",
    };
}
