namespace Sluice.Log;

/// <summary>The published offsets of a partition: one writer under the partition's lock, any number of readers without one.</summary>
/// <remarks>
/// A sequence lock: the version is odd while the writer is at work, and a reader whose version moved looks again. Two separate volatile reads
/// would now and then show a last stable offset above the high watermark, which clients have seen other brokers do.
/// </remarks>
internal sealed class LogOffsetsBoard
{
    private int _version;
    private long _logStartOffset;
    private long _highWatermark;
    private long _lastStableOffset;
    private long _logEndOffset;
    private long _endSegmentBaseOffset;
    private long _endPositionBytes;

    /// <summary>Publishes all values at once.</summary>
    /// <param name="offsets">The offsets.</param>
    /// <param name="end">Where the log end offset lies in the files.</param>
    public void Publish(in LogOffsets offsets, LogEndPosition end)
    {
        // Every store releases those before it, so a reader that sees a new value also sees the odd version.
        Volatile.Write(ref _version, _version + 1);
        Volatile.Write(ref _logStartOffset, offsets.LogStartOffset);
        Volatile.Write(ref _highWatermark, offsets.HighWatermark);
        Volatile.Write(ref _lastStableOffset, offsets.LastStableOffset);
        Volatile.Write(ref _logEndOffset, offsets.LogEndOffset);
        Volatile.Write(ref _endSegmentBaseOffset, end.SegmentBaseOffset);
        Volatile.Write(ref _endPositionBytes, end.PositionBytes);
        Volatile.Write(ref _version, _version + 1);
    }

    public LogOffsets Read() => Read(out _);

    public LogOffsets Read(out LogEndPosition end)
    {
        var spin = default(SpinWait);
        while (true)
        {
            int version = Volatile.Read(ref _version);
            if ((version & 1) == 0)
            {
                var offsets = new LogOffsets(
                    Volatile.Read(ref _logStartOffset),
                    Volatile.Read(ref _highWatermark),
                    Volatile.Read(ref _lastStableOffset),
                    Volatile.Read(ref _logEndOffset));
                end = new LogEndPosition(Volatile.Read(ref _endSegmentBaseOffset), Volatile.Read(ref _endPositionBytes));
                if (Volatile.Read(ref _version) == version)
                {
                    return offsets;
                }
            }

            spin.SpinOnce();
        }
    }
}
