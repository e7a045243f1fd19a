using Sluice.Log.Producers;

namespace Sluice.Log.Inspection;

/// <summary>Checks a producer snapshot by itself and against the log's end.</summary>
internal static class SnapshotCheck
{
    /// <param name="path">The file.</param>
    /// <param name="offset">The offset that names it: it knows of the batches below.</param>
    /// <param name="logEndOffset">Where the log ends; <see cref="long.MaxValue"/> if that is not known.</param>
    /// <param name="isClean">Whether the log was closed in order.</param>
    /// <param name="sink">Gets what is wrong.</param>
    public static void Check(string path, long offset, long logEndOffset, bool isClean, FindingSink sink)
    {
        var producers = new List<ProducerState>();
        if (!ProducerSnapshot.TryDecode(ReadOnlyFile.ReadAll(path), producers))
        {
            sink.Add(FindingKind.SnapshotUnreadable, FindingSeverity.Repairable, path, null, offset, "its version, its checksum or its length is wrong");
            return;
        }

        // After a crash the log may end before a snapshot that a roll wrote; a start removes it.
        if (offset > logEndOffset)
        {
            sink.Add(
                FindingKind.SnapshotAheadOfLog, isClean ? FindingSeverity.Repairable : FindingSeverity.Note, path, null, offset,
                $"it was taken at offset {offset}; the log ends before {logEndOffset}");
        }

        foreach (ProducerState producer in producers)
        {
            long lastOffset = Math.Max(producer.BatchesCount == 0 ? -1 : producer.Last.LastOffset, producer.TransactionFirstOffset);
            if (lastOffset >= offset)
            {
                sink.Add(
                    FindingKind.SnapshotAheadOfLog, FindingSeverity.Repairable, path, null, lastOffset,
                    $"producer {producer.ProducerId} has a batch or an open transaction at offset {lastOffset}; the snapshot was taken at {offset}");
            }
        }
    }
}
