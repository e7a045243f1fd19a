using Sluice.Log.Tests.Support;

namespace Sluice.Log.Tests;

public sealed class TruncationTests
{
    [Fact]
    public async Task Truncation_cuts_whole_batches_at_every_offset()
    {
        for (long offset = 0; offset <= 20; offset += 3)
        {
            await using LogFixture fixture = await FilledAsync();
            fixture.Log.TruncateTo(offset).ShouldBeTrue();

            fixture.Log.LogEndOffset.ShouldBe(offset);
            fixture.Log.HighWatermark.ShouldBe(offset);
            fixture.Log.Values().Count.ShouldBe((int)(offset / 2 * 2));
            fixture.Append(Batches.Of("new"), leaderEpoch: 9).BaseOffset.ShouldBe(offset);
            fixture.Log.Values()[^1].ShouldBe((offset, "new"));
            await fixture.RestartAsync();
            fixture.Log.Values()[^1].ShouldBe((offset, "new"));
            fixture.Log.LogEndOffset.ShouldBe(offset + 1);
        }
    }

    [Fact]
    public async Task Truncation_at_or_above_the_end_changes_nothing()
    {
        await using LogFixture fixture = await FilledAsync();
        fixture.Log.TruncateTo(40).ShouldBeFalse();
        fixture.Log.TruncateTo(400).ShouldBeFalse();
        fixture.Log.LogEndOffset.ShouldBe(40);
    }

    [Fact]
    public async Task Truncation_takes_epochs_and_producers_back()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 1000 });
        for (int sequence = 0; sequence < 30; sequence++)
        {
            fixture.Append(Batches.Idempotent(7, 0, sequence), leaderEpoch: sequence / 10);
        }

        fixture.Log.TruncateTo(15);

        fixture.Log.LeaderEpoch.ShouldBe(1);
        fixture.Append(Batches.Idempotent(7, 0, 29), leaderEpoch: 3).ErrorCode.ShouldBe(Protocol.ErrorCode.OutOfOrderSequenceNumber);
        fixture.Append(Batches.Idempotent(7, 0, 14), leaderEpoch: 3).BaseOffset.ShouldBe(14);
        fixture.Append(Batches.Idempotent(7, 0, 15), leaderEpoch: 3).BaseOffset.ShouldBe(15);
    }

    [Fact]
    public async Task Truncation_below_the_first_segment_starts_over_there()
    {
        await using LogFixture fixture = await FilledAsync();
        fixture.Log.DeleteRecords(20, out _);
        fixture.Log.RemoveOldSegments();
        fixture.Log.TruncateTo(3).ShouldBeTrue();
        fixture.Log.Offsets().ShouldBe(new LogOffsets(3, 3, 3, 3));
        fixture.Append(Batches.Of("new")).BaseOffset.ShouldBe(3);
    }

    [Fact]
    public async Task Full_truncation_starts_over_anywhere()
    {
        await using LogFixture fixture = await FilledAsync();
        fixture.Log.TruncateFully(1000);
        fixture.Log.Offsets().ShouldBe(new LogOffsets(1000, 1000, 1000, 1000));
        fixture.Log.SegmentCount.ShouldBe(1);
        fixture.Log.LeaderEpoch.ShouldBe(-1);
        fixture.Append(Batches.Of("new")).BaseOffset.ShouldBe(1000);
        await fixture.CrashAsync();
        fixture.Log.Values().ShouldBe([(1000, "new")]);
    }

    [Fact]
    public async Task A_truncation_lowers_the_checkpointed_recovery_point_at_once()
    {
        await using LogFixture fixture = await FilledAsync();
        await fixture.Log.FlushAsync();
        fixture.Manager.CheckpointAll();
        fixture.Log.TruncateTo(10);
        File.ReadAllText(Path.Combine(fixture.LogDirectory, "recovery-point-offset-checkpoint")).ShouldBe("0\n1\norders 0 10\n");
    }

    private static async Task<LogFixture> FilledAsync()
    {
        LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 1000, IndexIntervalBytes = 100 });
        for (int index = 0; index < 20; index++)
        {
            fixture.Append(Batches.Of($"{index} a", $"{index} b"), leaderEpoch: 1);
        }

        return fixture;
    }
}
