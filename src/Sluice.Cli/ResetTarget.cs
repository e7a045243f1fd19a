namespace Sluice.Cli;

/// <summary>Where a group shall read on, before it is known what that is in a partition.</summary>
internal sealed class ResetTarget
{
    private readonly Func<long?, long, long, long, long> _resolve;

    private ResetTarget(Func<long?, long, long, long, long> resolve) => _resolve = resolve;

    /// <summary>At the first record that is still there.</summary>
    internal static ResetTarget Earliest { get; } = new(static (_, start, _, _) => start);

    /// <summary>Behind the last record.</summary>
    internal static ResetTarget Latest { get; } = new(static (_, _, end, _) => end);

    /// <summary>The time asked for; null for the other kinds.</summary>
    internal long? TimestampMs { get; private init; }

    /// <summary>Whether it counts from what is committed.</summary>
    internal bool IsShift { get; private init; }

    /// <summary>At an offset.</summary>
    internal static ResetTarget AtOffset(long offset) => new((_, _, _, _) => offset);

    /// <summary>So many records on, or back.</summary>
    internal static ResetTarget Shifted(long count) => new((current, _, _, _) => current!.Value + count) { IsShift = true };

    /// <summary>At the first record at or after a time; behind the last record if there is none.</summary>
    internal static ResetTarget AtTime(long timestampMs) => new(static (_, _, end, atTime) => atTime < 0 ? end : atTime) { TimestampMs = timestampMs };

    /// <summary>The offset in one partition, kept within what it holds.</summary>
    /// <param name="current">What is committed, or null.</param>
    /// <param name="start">Log start offset.</param>
    /// <param name="end">Log end offset.</param>
    /// <param name="atTime">First offset at or after the time; -1 = there is none, or no time was asked for.</param>
    internal long Resolve(long? current, long start, long end, long atTime) => Math.Clamp(_resolve(current, start, end, atTime), start, end);
}
