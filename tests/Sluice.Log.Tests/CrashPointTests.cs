using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests;

/// <summary>A kill or a power cut behind any single file operation leaves a log that opens and is right. Compactions: see CleaningCrashTests.</summary>
public sealed class CrashPointTests
{
    // About four batches a segment.
    private static readonly LogConfig Small = LogConfig.Default with
    {
        SegmentBytes = 400, IndexIntervalBytes = 100, SegmentIndexBytes = 4096, FileDeleteDelayMs = 1000,
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_roll_with_its_snapshot_and_flush_can_end_anywhere(bool losesPower)
    {
        IReadOnlyList<string> operations = await CrashPoints.RunAsync(Small, FillSegments, async log =>
        {
            for (int batch = 0; batch < 12; batch++)
            {
                log.Append(1 + batch % 3, leaderEpoch: 3 + batch / 4);
            }

            await log.FlushAsync();
            log.Append(2, leaderEpoch: 6);
            await log.FlushAsync();
        }, losesPower);
        operations.Count(operation => operation.StartsWith("create", StringComparison.Ordinal) && operation.EndsWith(".log", StringComparison.Ordinal))
            .ShouldBeGreaterThanOrEqualTo(2);
        operations.ShouldContain(operation => operation.EndsWith(".snapshot", StringComparison.Ordinal));
        operations.ShouldContain(operation => operation.EndsWith("leader-epoch-checkpoint", StringComparison.Ordinal));
        operations.ShouldContain("sync directory");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retention_can_end_anywhere(bool losesPower)
    {
        IReadOnlyList<string> operations = await CrashPoints.RunAsync(Small with { RetentionBytes = 200 }, FillSegments, log =>
        {
            log.Append(1, leaderEpoch: 3);
            log.RunRetention();
            log.Append(1, leaderEpoch: 3);
            return log.FlushAsync();
        }, losesPower);
        operations.Count(operation => operation.StartsWith("move", StringComparison.Ordinal) && operation.EndsWith(".log.deleted", StringComparison.Ordinal))
            .ShouldBeGreaterThanOrEqualTo(2);
        operations.Count(operation => operation.StartsWith("delete", StringComparison.Ordinal) && operation.EndsWith(".log.deleted", StringComparison.Ordinal))
            .ShouldBeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deleting_records_and_writing_checkpoints_can_end_anywhere(bool losesPower)
    {
        IReadOnlyList<string> operations = await CrashPoints.RunAsync(Small, FillSegments, async log =>
        {
            log.Append(3, leaderEpoch: 4);
            await log.FlushAsync();
            log.Checkpoint();
            log.DeleteRecords(log.Fixture.Log.LogEndOffset - 4);
            log.Checkpoint();
            log.RunRetention();
            log.Append(1, leaderEpoch: 5);
            await log.FlushAsync();
            log.Checkpoint();
        }, losesPower);
        operations.Count(operation => operation.EndsWith("to recovery-point-offset-checkpoint", StringComparison.Ordinal)).ShouldBe(3);
        operations.Count(operation => operation.EndsWith("to log-start-offset-checkpoint", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deleting_a_partition_can_end_anywhere(bool losesPower)
    {
        IReadOnlyList<string> operations = await CrashPoints.RunAsync(Small, FillSegments, async log =>
        {
            log.Append(1, leaderEpoch: 3);
            await log.FlushAsync();
            log.Delete();
        }, losesPower);
        operations.ShouldContain(operation => operation.StartsWith("move orders-0/", StringComparison.Ordinal));
        operations[^1].ShouldStartWith("delete orders-0.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_in_order_can_end_anywhere(bool losesPower)
    {
        IReadOnlyList<string> operations = await CrashPoints.RunAsync(Small, FillSegments, log =>
        {
            log.Append(3, leaderEpoch: 4);
            log.Append(2, leaderEpoch: 5);
            return log.StopAsync();
        }, losesPower);
        operations.ShouldContain("move .kafka_cleanshutdown.tmp to .kafka_cleanshutdown");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Making_a_partition_can_end_anywhere(bool losesPower)
    {
        var other = new TopicPartition("other", 0);
        var otherId = Uuid.NewRandom();
        IReadOnlyList<string> operations = await CrashPoints.RunAsync(Small, FillSegments, async log =>
        {
            log.Append(1, leaderEpoch: 3);
            await log.FlushAsync();
            log.Fixture.Manager.Create(other, otherId, Small).TopicId.ShouldBe(otherId);
            log.MustHave(other, otherId);
        }, losesPower);
        operations.ShouldContain("create other-0/");
        operations[^1].ShouldBe("sync directory");
    }

    private static void FillSegments(CrashedLog log)
    {
        for (int batch = 0; batch < 16; batch++)
        {
            log.Append(1 + batch % 3, leaderEpoch: batch / 6);
        }

        log.Fixture.Log.SegmentCount.ShouldBeGreaterThanOrEqualTo(3);
    }
}
