using Sluice.Log.Indexes;
using Sluice.Log.Segments;

namespace Sluice.Log.Compaction;

/// <summary>Puts neighbouring segments together that one new segment can replace.</summary>
internal static class SegmentGroups
{
    /// <summary>Groups segments, in order.</summary>
    /// <param name="segments">The segments to replace.</param>
    /// <param name="endOffset">Offset after the last of them.</param>
    /// <param name="config">Limits of a segment and its indexes.</param>
    /// <returns>One or more segments each. A segment that is larger than the limits, as after a change of settings, has a group of its own.</returns>
    public static List<LogSegment[]> Of(ReadOnlySpan<LogSegment> segments, long endOffset, LogConfig config)
    {
        var groups = new List<LogSegment[]>();
        int firstIndex = 0;
        Sizes group = default;
        for (int index = 0; index < segments.Length; index++)
        {
            long nextBaseOffset = index + 1 < segments.Length ? segments[index + 1].BaseOffset : endOffset;
            Sizes larger = group.With(segments[index]);
            bool fits = larger.AreWithin(config) && nextBaseOffset - 1 - segments[firstIndex].BaseOffset <= int.MaxValue;
            if (!fits && index > firstIndex)
            {
                groups.Add(segments[firstIndex..index].ToArray());
                firstIndex = index;
                larger = default(Sizes).With(segments[index]);
            }

            group = larger;
        }

        if (firstIndex < segments.Length)
        {
            groups.Add(segments[firstIndex..].ToArray());
        }

        return groups;
    }

    private readonly record struct Sizes(long LogBytes, long OffsetIndexBytes, long TimeIndexBytes)
    {
        public Sizes With(LogSegment segment) => new(
            LogBytes + segment.SizeBytes,
            OffsetIndexBytes + ((long)segment.OffsetIndex.Count * OffsetIndexEntries.EntryBytes),
            TimeIndexBytes + ((long)segment.TimeIndex.Count * TimeIndexEntries.EntryBytes));

        public bool AreWithin(LogConfig config) =>
            LogBytes <= config.SegmentBytes && OffsetIndexBytes <= config.SegmentIndexBytes && TimeIndexBytes <= config.SegmentIndexBytes;
    }
}
