using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests;

public sealed class RetentionTests
{
    private static readonly LogConfig Small = LogConfig.Default with { SegmentBytes = 1000, RetentionMs = -1 };

    [Fact]
    public async Task Segments_older_than_the_retention_time_are_removed_the_active_one_included()
    {
        await using LogFixture fixture = await FilledAsync(Small with { RetentionMs = 60_000 });
        int segmentCount = fixture.Log.SegmentCount;
        fixture.Time.Advance(TimeSpan.FromMilliseconds(60_000));
        fixture.Log.RemoveOldSegments().ShouldBe(0);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        fixture.Log.RemoveOldSegments();

        segmentCount.ShouldBeGreaterThan(2);
        fixture.Log.SegmentCount.ShouldBe(1);
        fixture.Log.Offsets().ShouldBe(new LogOffsets(30, 30, 30, 30));
        fixture.Append(Batches.Of("after")).BaseOffset.ShouldBe(30);
    }

    [Fact]
    public async Task Retention_stops_at_the_first_segment_that_is_young_enough()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Small with { RetentionMs = 60_000 });
        foreach (long timestampMs in (long[])[Batches.NowMs, Batches.NowMs + 50_000, Batches.NowMs])
        {
            fixture.Append(Batches.OfBytes(900, timestampMs));
        }

        fixture.Time.Advance(TimeSpan.FromMilliseconds(60_001));
        fixture.Log.RemoveOldSegments().ShouldBe(1);
        fixture.Log.LogStartOffset.ShouldBe(1);
    }

    [Fact]
    public async Task Retention_by_size_keeps_at_least_the_configured_bytes()
    {
        await using LogFixture fixture = await FilledAsync(Small);
        long sizeBytes = fixture.Log.SizeBytes;
        long firstBytes = fixture.Log.Segments[0].SizeBytes;
        fixture.Log.Config = Small with { RetentionBytes = sizeBytes - firstBytes + 1 };
        fixture.Log.RemoveOldSegments().ShouldBe(0);
        fixture.Log.Config = Small with { RetentionBytes = sizeBytes - firstBytes };
        fixture.Log.RemoveOldSegments().ShouldBe(1);
        fixture.Log.SizeBytes.ShouldBe(sizeBytes - firstBytes);
        fixture.Log.Values().Count.ShouldBe((int)(30 - fixture.Log.LogStartOffset));
    }

    [Fact]
    public async Task Nothing_above_the_high_watermark_is_removed()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Small with { RetentionBytes = 0 }, options => options.HighWatermarkFollowsEnd = false);
        for (int index = 0; index < 30; index++)
        {
            fixture.Append(Batches.OfBytes(100));
        }

        long secondBaseOffset = fixture.Log.Segments[1].BaseOffset;
        fixture.Log.AdvanceHighWatermark(secondBaseOffset - 1);
        fixture.Log.RemoveOldSegments().ShouldBe(0);
        fixture.Log.AdvanceHighWatermark(secondBaseOffset);
        fixture.Log.RemoveOldSegments().ShouldBe(1);
    }

    [Theory]
    [InlineData(CleanupPolicy.Compact)]
    [InlineData(CleanupPolicy.None)]
    public async Task Without_the_delete_policy_only_deleted_records_go(CleanupPolicy policy)
    {
        await using LogFixture fixture = await FilledAsync(Small with { RetentionBytes = 0, RetentionMs = 0, CleanupPolicy = policy });
        fixture.Time.Advance(TimeSpan.FromDays(400));
        fixture.Log.RemoveOldSegments().ShouldBe(0);
        fixture.Log.DeleteRecords(fixture.Log.Segments[2].BaseOffset, out _);
        fixture.Log.RemoveOldSegments().ShouldBe(2);
    }

    [Fact]
    public async Task Delete_records_raises_the_log_start_and_answers_the_low_watermark()
    {
        await using LogFixture fixture = await FilledAsync(Small);
        fixture.Log.DeleteRecords(7, out long lowWatermark).ShouldBe(ErrorCode.None);
        lowWatermark.ShouldBe(7);
        fixture.Log.DeleteRecords(3, out lowWatermark).ShouldBe(ErrorCode.None);
        lowWatermark.ShouldBe(7);
        fixture.Log.DeleteRecords(31, out lowWatermark).ShouldBe(ErrorCode.OffsetOutOfRange);
        lowWatermark.ShouldBe(-1);
        fixture.Log.DeleteRecords(-2, out _).ShouldBe(ErrorCode.OffsetOutOfRange);
        fixture.Log.DeleteRecords(-1, out lowWatermark).ShouldBe(ErrorCode.None);
        lowWatermark.ShouldBe(30);
        fixture.Log.Values().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_is_unlinked_after_the_delay_and_never_under_a_transfer()
    {
        await using LogFixture fixture = await FilledAsync(Small with { RetentionBytes = 0 });
        LogReadResult held = fixture.Log.Read(0, 10_000, fixture.Log.HighWatermark, true);
        byte[] expected = new byte[held.LengthBytes];
        RandomAccess.Read(held.Region.File.Handle, expected, held.Region.PositionBytes);

        fixture.Log.RemoveOldSegments().ShouldBeGreaterThan(1);
        string deleted = fixture.File(0, ".log") + ".deleted";
        string other = Directory.GetFiles(fixture.PartitionDirectory, "*.log.deleted").Order().Last();
        File.Exists(fixture.File(0, ".log")).ShouldBeFalse();
        held.Region.File.Path.ShouldBe(deleted);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(59_999));
        File.Exists(other).ShouldBeTrue();
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1));

        File.Exists(other).ShouldBeFalse();
        File.Exists(deleted).ShouldBeTrue();
        LogReader.Take(held).ShouldBe(expected);
        Directory.GetFiles(fixture.PartitionDirectory, "*.deleted").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deleted_partition_disappears_after_the_delay_and_its_name_is_free_at_once()
    {
        await using LogFixture fixture = await FilledAsync(Small);
        LogReadResult held = fixture.Log.Read(0, 10_000, fixture.Log.HighWatermark, true);
        fixture.Manager.Delete(LogFixture.Partition);
        string renamed = Directory.GetDirectories(fixture.LogDirectory, "*-delete").ShouldHaveSingleItem();
        PartitionLog again = fixture.Manager.Create(LogFixture.Partition, Uuid.NewRandom(), Small);
        again.LogEndOffset.ShouldBe(0);

        fixture.Time.Advance(TimeSpan.FromMilliseconds(60_000));
        Directory.Exists(renamed).ShouldBeTrue();
        LogReader.Take(held).ShouldNotBeEmpty();
        Directory.Exists(renamed).ShouldBeFalse();
    }

    [Fact]
    public async Task Retention_runs_by_itself()
    {
        await using LogFixture fixture = await FilledAsync(Small with { RetentionBytes = 0 }, options => options.InitialTaskDelayMs = 30_000);
        int before = fixture.Log.SegmentCount;
        fixture.Time.Advance(TimeSpan.FromMilliseconds(30_000));
        await Eventually.TrueAsync(() => fixture.Log.SegmentCount < before);
    }

    private static async Task<LogFixture> FilledAsync(LogConfig config, Action<LogManagerOptions>? configure = null)
    {
        LogFixture fixture = await LogFixture.CreateAsync(config, configure);
        for (int index = 0; index < 30; index++)
        {
            fixture.Append(Batches.OfBytes(100));
        }

        // The flush that follows a roll holds references on the segments; the tests count those of transfers.
        await fixture.Log.FlushAsync();
        return fixture;
    }
}
