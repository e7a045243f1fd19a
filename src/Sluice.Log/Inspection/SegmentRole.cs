namespace Sluice.Log.Inspection;

/// <summary>The place of a segment in its log.</summary>
/// <param name="NextSegmentOffset">Base offset of the next segment; <see cref="long.MaxValue"/> for the last.</param>
/// <param name="IsOpenEnded">Whether it was being appended to when the broker ended without order, or is now: its last bytes may be unfinished.</param>
/// <param name="IsCompacted">Whether gaps between offsets are expected.</param>
internal readonly record struct SegmentRole(long NextSegmentOffset, bool IsOpenEnded, bool IsCompacted);
