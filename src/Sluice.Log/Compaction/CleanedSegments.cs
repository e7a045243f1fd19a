using Sluice.Log.Indexes;
using Sluice.Log.Segments;
using Sluice.Protocol.Records;

namespace Sluice.Log.Compaction;

/// <summary>Writes the segments that take the place of a group, under names that a start removes.</summary>
/// <remarks>
/// Usually one segment. Batches that were rebuilt can be longer than before, so a group may outgrow what positions of four bytes can address;
/// it then goes on in another one. For one thread; whoever makes it calls <see cref="Finish"/> and hands the segments on, or
/// <see cref="Abandon"/>.
/// </remarks>
internal sealed class CleanedSegments(CleaningSource source, long baseOffset, CleaningBuffer buffer, CleaningPace pace, long segmentBytesMax)
{
    /// <summary>Bytes up to which an index can point.</summary>
    public const long SegmentBytesMax = int.MaxValue;

    private readonly List<LogSegment> _segments = [];
    private int _pendingBytes;

    /// <summary>What was written, in order.</summary>
    public IReadOnlyList<LogSegment> Segments => _segments;

    /// <summary>Adds a batch.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public void Append(ReadOnlySpan<byte> batch)
    {
        if (_segments.Count == 0)
        {
            _segments.Add(source.Log.CreateCleaned(baseOffset, source));
        }
        else if (_segments[^1].SizeBytes + _pendingBytes + batch.Length > segmentBytesMax)
        {
            WritePending();
            _segments.Add(source.Log.CreateCleaned(new RecordBatchView(batch).BaseOffset, source));
        }

        if (_pendingBytes + batch.Length > buffer.Span.Length)
        {
            WritePending();
            buffer.MakeRoom(0, 0, batch.Length);
        }

        batch.CopyTo(buffer.Span[_pendingBytes..]);
        _pendingBytes += batch.Length;
    }

    /// <summary>Notes that a transaction whose marker was just added was aborted.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public void AddAborted(in AbortedTransactionEntry entry) => source.Log.AddAbortedToCleaned(_segments[^1], entry, source);

    /// <summary>Writes what is left and waits until everything is on the device. There is at least one segment then.</summary>
    /// <param name="lastWrittenAt">When the last of the replaced segments was written: retention by time looks at it where records have none.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public void Finish(DateTime lastWrittenAt)
    {
        if (_segments.Count == 0)
        {
            _segments.Add(source.Log.CreateCleaned(baseOffset, source));
        }

        WritePending();
        foreach (LogSegment segment in _segments)
        {
            segment.Seal();
            File.SetLastWriteTimeUtc(segment.File.Handle, lastWrittenAt);
            segment.Sync(includeIndexes: true);
            segment.CloseIndexDescriptors();
            pace.ThrowIfUnwanted();
        }
    }

    /// <summary>Removes what was written.</summary>
    public void Abandon() => source.Log.AbandonCleaned(_segments);

    private void WritePending()
    {
        if (_pendingBytes == 0)
        {
            return;
        }

        LogSegment segment = _segments[^1];
        ReadOnlySpan<byte> pending = buffer.Span[.._pendingBytes];
        segment.Write(pending);
        for (int position = 0; position < pending.Length;)
        {
            BatchHeader batch = BatchHeader.Read(pending[position..]);
            segment.Publish(batch, source.Config.IndexIntervalBytes);
            position += batch.SizeBytes;
        }

        pace.OnWritten(_pendingBytes);
        _pendingBytes = 0;
    }
}
