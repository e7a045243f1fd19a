using FsCheck;
using FsCheck.Fluent;

namespace Sluice.Log.Tests.Model;

/// <summary>What happens to one log, from its making on.</summary>
internal sealed record LogHistory(LogConfig Config, IReadOnlyList<LogStep> Steps)
{
    private static readonly Gen<LogConfig> AnyConfig =
        from segmentBytes in Gen.Choose(LogModel.BatchBytesMax, 5000)
        from intervalBytes in Gen.Elements(0, 100, 600)
        from indexBytes in Gen.Elements(120, 4096)
        select LogConfig.Default with
        {
            CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete,
            RetentionMs = -1,
            DeleteRetentionMs = LogModel.DeleteRetentionMs,
            SegmentBytes = segmentBytes,
            IndexIntervalBytes = intervalBytes,
            SegmentIndexBytes = indexBytes,
            FileDeleteDelayMs = 0,
        };

    /// <summary>Any history; one that fails is made shorter as long as it fails.</summary>
    public static Arbitrary<LogHistory> Any { get; } = Arb.From(
        from config in AnyConfig from steps in LogStep.Any.ListOf() where steps.Count > 5 select new LogHistory(config, [.. steps]), Shorter);

    public override string ToString() =>
        $"segments of {Config.SegmentBytes} bytes, index entries every {Config.IndexIntervalBytes}, {Config.SegmentIndexBytes} bytes of them: {string.Join(' ', Steps)}";

    private static IEnumerable<LogHistory> Shorter(LogHistory history)
    {
        for (int count = history.Steps.Count / 2; count > 0; count /= 2)
        {
            for (int index = 0; index + count <= history.Steps.Count; index += count)
            {
                yield return history with { Steps = [.. history.Steps.Take(index), .. history.Steps.Skip(index + count)] };
            }
        }
    }
}
