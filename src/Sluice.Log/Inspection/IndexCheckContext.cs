namespace Sluice.Log.Inspection;

/// <summary>What the checks of one segment's indexes share.</summary>
/// <param name="BaseOffset">The segment's.</param>
/// <param name="Sink">Gets what is wrong.</param>
/// <param name="MayBeAhead">Whether the segment was being appended to when the broker ended or still is, so that an index may have what the log has
/// not, and lack what the log has.</param>
internal readonly record struct IndexCheckContext(long BaseOffset, FindingSink Sink, bool MayBeAhead);
