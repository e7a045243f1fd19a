using Sluice.Log.Segments;

namespace Sluice.Log.Moving;

/// <summary>What there is to copy of a log, as it was at one moment.</summary>
/// <param name="Segments">Every segment, the active one last. No reference is held.</param>
/// <param name="LogEndOffset">Where the active one ended.</param>
/// <param name="HistoryVersion">Changes with every truncation.</param>
internal readonly record struct MoveSource(LogSegment[] Segments, long LogEndOffset, int HistoryVersion);
