using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests;

public sealed class RollTests
{
    [Fact]
    public async Task A_segment_rolls_when_the_batch_does_not_fit()
    {
        int batchBytes = Batches.OfBytes(100).Length;
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 3 * batchBytes });
        for (int index = 0; index < 7; index++)
        {
            fixture.Append(Batches.OfBytes(100));
        }

        fixture.Log.Segments.Select(segment => segment.BaseOffset).ShouldBe([0, 3, 6]);
        fixture.Log.Segments[0].SizeBytes.ShouldBe(3 * batchBytes);
        File.Exists(fixture.File(3, ".snapshot")).ShouldBeTrue();
        new FileInfo(fixture.File(0, ".timeindex")).Length.ShouldBe(12);
    }

    [Fact]
    public async Task A_segment_rolls_by_record_time()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentMs = 1000 });
        fixture.Append(Batches.At(Batches.NowMs));
        fixture.Append(Batches.At(Batches.NowMs + 1000));
        fixture.Log.SegmentCount.ShouldBe(1);
        fixture.Append(Batches.At(Batches.NowMs + 1001));
        fixture.Log.Segments.Select(segment => segment.BaseOffset).ShouldBe([0, 2]);
    }

    [Fact]
    public async Task Records_without_timestamps_roll_by_the_segments_age()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentMs = 1000 });
        fixture.Append(Batches.At(-1));
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1000));
        fixture.Append(Batches.At(-1));
        fixture.Log.SegmentCount.ShouldBe(1);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        fixture.Append(Batches.At(-1));
        fixture.Log.SegmentCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_compacted_topic_rolls_within_its_compaction_lag()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(
            LogConfig.Default with { CleanupPolicy = CleanupPolicy.Compact, MaxCompactionLagMs = 500 });
        fixture.Append(Batches.At(Batches.NowMs));
        fixture.Append(Batches.At(Batches.NowMs + 501));
        fixture.Log.SegmentCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_full_index_rolls_the_segment()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentIndexBytes = 24, IndexIntervalBytes = 0 });
        for (int index = 0; index < 9; index++)
        {
            fixture.Append(Batches.OfBytes(10, Batches.NowMs + index));
        }

        fixture.Log.SegmentCount.ShouldBeGreaterThan(3);
        fixture.Log.Values().Count.ShouldBe(9);
    }

    [Fact]
    public async Task An_offset_too_far_from_the_base_rolls_the_segment()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        var options = new AppendOptions(0);
        fixture.Log.Append(Batches.WithOffsets(Batches.Of("a"), int.MaxValue, 0), AppendOrigin.Replication, options).LastOffset.ShouldBe(int.MaxValue);
        fixture.Log.Append(Batches.WithOffsets(Batches.Of("b"), int.MaxValue + 1L, 0), AppendOrigin.Replication, options);
        fixture.Log.Segments.Select(segment => segment.BaseOffset).ShouldBe([0, int.MaxValue + 1L]);
        fixture.Log.Values(int.MaxValue + 1L).ShouldBe([(int.MaxValue + 1L, "b")]);
        fixture.Log.Values(5).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_far_first_offset_replaces_the_empty_segment()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Log.Append(Batches.WithOffsets(Batches.Of("a"), 5_000_000_000, 0), AppendOrigin.Replication, new AppendOptions(0));
        fixture.Log.Segments.Select(segment => segment.BaseOffset).ShouldBe([5_000_000_000]);
    }

    [Fact]
    public async Task A_preallocated_segment_is_cut_when_it_is_left()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { Preallocate = true, SegmentBytes = 100_000 });
        fixture.Append(Batches.Of("a"));
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(100_000);
        await fixture.CrashAsync();
        fixture.Log.Values().ShouldBe([(0, "a")]);
        fixture.Append(Batches.Of("b"));
        fixture.Log.Roll().ShouldBeTrue();
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(fixture.Log.Segments[0].SizeBytes);
        await fixture.RestartAsync();
        fixture.Log.Values().ShouldBe([(0, "a"), (1, "b")]);
    }

    [Fact]
    public async Task Index_entries_are_kept_an_interval_apart()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { IndexIntervalBytes = 500 });
        int batchBytes = Batches.OfBytes(100).Length;
        for (int index = 0; index < 20; index++)
        {
            fixture.Append(Batches.OfBytes(100));
        }

        // An entry names the last offset and the position of the first batch that begins more than the interval behind the entry before.
        int step = 500 / batchBytes + 1;
        Segments.LogSegment segment = fixture.Log.Segments[0];
        var expected = new List<(int, int)>();
        for (int slot = step; slot < 20; slot += step)
        {
            expected.Add((slot, slot * batchBytes));
        }

        Enumerable.Range(0, segment.OffsetIndex.Count).Select(slot => segment.OffsetIndex.Entries.At(slot)).ShouldBe(expected);
        new RecordBatchView(fixture.Log.ReadBytes(step)).BaseOffset.ShouldBe(step);
    }
}
