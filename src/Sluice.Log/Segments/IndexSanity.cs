using Sluice.Log.Indexes;
using Sluice.Protocol.Records;

namespace Sluice.Log.Segments;

/// <summary>Tells a wrong index from a right one when a segment is opened.</summary>
/// <remarks>
/// Two entries at each end, and the batch that the last one points at, catch what happens in practice: a file that was not trimmed, was cut,
/// belongs to another segment, or holds garbage. After a crash every entry is looked at.
/// </remarks>
internal static class IndexSanity
{
    /// <summary>Checks the indexes of a segment against each other and against its batches.</summary>
    /// <param name="segment">The segment; nobody reads it yet.</param>
    /// <param name="everyEntry">Whether to compare every entry with its neighbour, not only those at the ends.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Check(LogSegment segment, bool everyEntry) =>
        CheckOffsetIndex(segment, everyEntry)
        ?? CheckTimeIndex(segment, everyEntry)
        ?? (segment.TransactionIndex.IsSound() ? null : "the transaction index is damaged");

    private static string? CheckOffsetIndex(LogSegment segment, bool everyEntry)
    {
        if (!segment.OffsetIndex.HasWholeEntries)
        {
            return "the offset index has a broken entry at its end";
        }

        OffsetIndexEntries entries = segment.OffsetIndex.Entries;
        if (entries.Count == 0)
        {
            return null;
        }

        for (int slot = 1; slot < entries.Count; slot = NextSlot(slot, entries.Count, everyEntry))
        {
            if (entries.RelativeOffsetAt(slot) <= entries.RelativeOffsetAt(slot - 1) || entries.PositionAt(slot) <= entries.PositionAt(slot - 1))
            {
                return "the offset index is not in order";
            }
        }

        // The first batch of a segment never has an entry, so no entry is (0, 0), which is what an index that was not trimmed ends with.
        (int relativeOffset, int positionBytes) = entries.At(entries.Count - 1);
        if (entries.PositionAt(0) <= 0 || entries.RelativeOffsetAt(0) < 0 || positionBytes >= segment.SizeBytes)
        {
            return "the offset index points outside the segment";
        }

        Span<byte> window = stackalloc byte[RecordBatchFormat.HeaderBytes];
        var scanner = new BatchHeaderScanner(segment.File.Handle, positionBytes, segment.SizeBytes, window);
        return scanner.MoveNext() && scanner.Current.LastOffset == segment.BaseOffset + relativeOffset
            ? null
            : "the last entry of the offset index does not point at its batch";
    }

    private static string? CheckTimeIndex(LogSegment segment, bool everyEntry)
    {
        if (!segment.TimeIndex.HasWholeEntries)
        {
            return "the time index has a broken entry at its end";
        }

        TimeIndexEntries entries = segment.TimeIndex.Entries;
        for (int slot = 1; slot < entries.Count; slot = NextSlot(slot, entries.Count, everyEntry))
        {
            if (entries.TimestampAt(slot) <= entries.TimestampAt(slot - 1) || entries.RelativeOffsetAt(slot) < entries.RelativeOffsetAt(slot - 1))
            {
                return "the time index is not in order";
            }
        }

        return entries.Count > 0 && (entries.RelativeOffsetAt(0) < 0 || entries.TimestampAt(0) < 0)
            ? "the time index points outside the segment"
            : null;
    }

    private static int NextSlot(int slot, int count, bool everyEntry) => everyEntry || slot == count - 1 ? slot + 1 : count - 1;
}
