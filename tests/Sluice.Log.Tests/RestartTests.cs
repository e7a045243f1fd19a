using Sluice.Log.Tests.Support;

namespace Sluice.Log.Tests;

public sealed class RestartTests
{
    [Fact]
    public async Task A_clean_restart_finds_everything_without_reading_a_segment()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 4000 });
        for (int index = 0; index < 50; index++)
        {
            fixture.Append(Batches.Of($"value {index}", "second"), leaderEpoch: index / 20);
        }

        fixture.Log.DeleteRecords(7, out _);
        LogOffsets offsets = fixture.Log.Offsets();
        var values = fixture.Log.Values();
        int segmentCount = fixture.Log.SegmentCount;

        await fixture.RestartAsync();

        fixture.Manager.Recovery.WasClean.ShouldBeTrue();
        fixture.Manager.Recovery.SegmentsScanned.ShouldBe(0);
        fixture.Log.Offsets().ShouldBe(offsets);
        fixture.Log.SegmentCount.ShouldBe(segmentCount);
        fixture.Log.TopicId.ShouldBe(LogFixture.TopicId);
        fixture.Log.Values().ShouldBe(values);
        fixture.Log.LeaderEpoch.ShouldBe(2);
        fixture.Append(Batches.Of("after")).BaseOffset.ShouldBe(offsets.LogEndOffset);
    }

    [Fact]
    public async Task After_a_crash_everything_that_was_appended_is_there()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 4000 });
        for (int index = 0; index < 50; index++)
        {
            fixture.Append(Batches.Of($"value {index}"), leaderEpoch: 4);
        }

        var values = fixture.Log.Values();
        await fixture.CrashAsync();

        fixture.Manager.Recovery.WasClean.ShouldBeFalse();
        fixture.Manager.Recovery.SegmentsScanned.ShouldBeGreaterThan(0);
        fixture.Manager.Recovery.Truncations.ShouldBeEmpty();
        fixture.Log.Values().ShouldBe(values);
        fixture.Log.LeaderEpoch.ShouldBe(4);
    }

    [Fact]
    public async Task Two_managers_cannot_open_one_directory()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        LogDirectoryLockedException exception = await Should.ThrowAsync<LogDirectoryLockedException>(fixture.OpenAsync);
        exception.Message.ShouldContain(fixture.LogDirectory);
    }
}
