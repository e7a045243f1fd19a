using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests;

public sealed class TimestampLookupTests
{
    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task The_record_is_found_not_the_batch(CompressionType codec)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Compressed(codec, 1000, 3000, 2000), leaderEpoch: 5);
        fixture.Append(Batches.Compressed(codec, 4000, 4000), leaderEpoch: 6);

        fixture.Log.FindByTimestamp(0).ShouldBe(new OffsetLookup(1000, 0, 5));
        fixture.Log.FindByTimestamp(1001).ShouldBe(new OffsetLookup(3000, 1, 5));
        fixture.Log.FindByTimestamp(3000).ShouldBe(new OffsetLookup(3000, 1, 5));
        fixture.Log.FindByTimestamp(3001).ShouldBe(new OffsetLookup(4000, 3, 6));
        fixture.Log.FindByTimestamp(4001).ShouldBe(OffsetLookup.None);
        fixture.Log.FindMaxTimestamp().ShouldBe(new OffsetLookup(4000, 3, 6));
    }

    [Fact]
    public async Task Lookups_agree_with_a_walk_over_all_records()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 3000, IndexIntervalBytes = 200 });
        var records = new List<(long Offset, long TimestampMs)>();
        long clock = 1_000_000;
        for (int round = 0; round < 150; round++)
        {
            clock += random.Next(0, 50);
            long[] timestamps = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => clock + random.Next(-40, 40))];
            long baseOffset = fixture.Append(Batches.Compressed((CompressionType)random.Next(0, 5), timestamps)).BaseOffset;
            records.AddRange(timestamps.Select((ms, index) => (baseOffset + index, ms)));
        }

        await CheckAsync();
        await fixture.RestartAsync();
        await CheckAsync();
        await fixture.CrashAsync();
        await CheckAsync();
        fixture.Log.DeleteRecords(50, out _);
        records.RemoveRange(0, 50);
        await CheckAsync();

        Task CheckAsync()
        {
            for (long wantedMs = 999_900; wantedMs < clock + 100; wantedMs += 7)
            {
                int index = records.FindIndex(record => record.TimestampMs >= wantedMs);
                OffsetLookup found = fixture.Log.FindByTimestamp(wantedMs);
                (found.Offset, found.TimestampMs).ShouldBe(index < 0 ? (-1, -1) : records[index], $"seed {seed}, timestamp {wantedMs}");
            }

            (long offset, long maxMs) = records.MaxBy(record => record.TimestampMs);
            fixture.Log.FindMaxTimestamp().Offset.ShouldBe(offset, $"seed {seed}");
            fixture.Log.FindMaxTimestamp().TimestampMs.ShouldBe(maxMs);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Log_append_time_finds_the_first_record_of_the_batch()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { MessageTimestampType = TimestampType.LogAppendTime });
        fixture.Append(Batches.At(1, 2));
        fixture.Time.Advance(TimeSpan.FromMilliseconds(10));
        fixture.Append(Batches.At(5, 6));
        fixture.Log.FindByTimestamp(Batches.NowMs + 1).ShouldBe(new OffsetLookup(Batches.NowMs + 10, 2, 0));
        fixture.Log.FindMaxTimestamp().ShouldBe(new OffsetLookup(Batches.NowMs + 10, 2, 0));
    }

    [Fact]
    public async Task The_newest_record_is_looked_for_among_those_that_can_be_read()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.At(5000, 9000, 7000, 8000, 8000));
        fixture.Append(Batches.At(6000, 2000));
        fixture.Log.Roll();
        fixture.Append(Batches.At(1000, 6000));
        foreach ((long start, long timestampMs, long offset) in new[] { (0L, 9000L, 1L), (2, 8000, 3), (4, 8000, 4), (5, 6000, 5), (6, 6000, 8), (7, 6000, 8), (9, -1, -1) })
        {
            fixture.Log.DeleteRecords(start, out _);
            fixture.Log.FindMaxTimestamp().ShouldBe(new OffsetLookup(timestampMs, offset, offset < 0 ? -1 : 0), $"from {start}");
        }
    }

    [Fact]
    public async Task An_empty_log_has_no_timestamps()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Log.FindByTimestamp(0).ShouldBe(OffsetLookup.None);
        fixture.Log.FindMaxTimestamp().ShouldBe(OffsetLookup.None);
        fixture.Append(Batches.At(-1));
        fixture.Log.FindMaxTimestamp().ShouldBe(OffsetLookup.None);
    }
}
