using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests;

public sealed class PartitionLogReadTests
{
    [Fact]
    public async Task Read_below_log_start_offset_is_out_of_range()
    {
        await using LogFixture fixture = await FilledAsync();
        fixture.Log.DeleteRecords(5, out _);

        fixture.Log.Read(4, 1000, fixture.Log.HighWatermark, true).Status.ShouldBe(LogReadStatus.OutOfRange);
        LogReader.Take(fixture.Log.Read(5, 1000, fixture.Log.HighWatermark, true)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Read_above_log_end_offset_is_out_of_range_and_at_it_is_empty()
    {
        await using LogFixture fixture = await FilledAsync();
        fixture.Log.Read(fixture.Log.LogEndOffset, 1000, long.MaxValue, true).Status.ShouldBe(LogReadStatus.Empty);
        fixture.Log.Read(fixture.Log.LogEndOffset + 1, 1000, long.MaxValue, true).Status.ShouldBe(LogReadStatus.OutOfRange);
    }

    [Fact]
    public async Task Read_never_passes_its_ceiling()
    {
        await using LogFixture fixture = await FilledAsync();
        for (long ceiling = 0; ceiling <= fixture.Log.LogEndOffset; ceiling++)
        {
            for (long offset = 0; offset <= fixture.Log.LogEndOffset; offset++)
            {
                LogReadResult result = fixture.Log.Read(offset, int.MaxValue, ceiling, true);
                if (offset >= ceiling)
                {
                    result.Status.ShouldBe(LogReadStatus.Empty);
                    continue;
                }

                LastOffset(LogReader.Take(result)).ShouldBeLessThan(ceiling);
            }
        }
    }

    [Fact]
    public async Task Read_from_the_middle_of_a_batch_returns_the_whole_batch()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("a", "b", "c"));
        byte[] whole = fixture.Log.ReadBytes(0);

        fixture.Log.ReadBytes(1).ShouldBe(whole);
        fixture.Log.ReadBytes(2).ShouldBe(whole);
    }

    [Fact]
    public async Task The_first_batch_is_whole_even_if_it_is_longer_than_allowed()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.OfBytes(500));
        fixture.Append(Batches.OfBytes(500));

        LogReader.CountBatches(fixture.Log.ReadBytes(0, maxBytes: 10)).ShouldBe(1);
        LogReadResult refused = fixture.Log.Read(0, 10, fixture.Log.HighWatermark, minOneMessage: false);
        refused.Status.ShouldBe(LogReadStatus.Empty);
        refused.FirstBatchTooLarge.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(1000)]
    [InlineData(5000)]
    [InlineData(20000)]
    public async Task Reads_of_any_size_hold_whole_batches_and_say_where_to_go_on(int maxBytes)
    {
        await using LogFixture fixture = await FilledAsync(count: 300);
        long offset = 0;
        while (offset < fixture.Log.LogEndOffset)
        {
            LogReadResult result = fixture.Log.Read(offset, maxBytes, fixture.Log.HighWatermark, true);
            byte[] bytes = LogReader.Take(result);
            bytes.Length.ShouldBeLessThanOrEqualTo(Math.Max(maxBytes, 600));
            new RecordBatchView(bytes).BaseOffset.ShouldBe(offset);
            result.NextOffset.ShouldBe(LastOffset(bytes) + 1);
            offset = result.NextOffset;
        }
    }

    [Fact]
    public async Task Reads_do_not_cross_segments()
    {
        await using LogFixture fixture = await FilledAsync(LogConfig.Default with { SegmentBytes = 4000 });
        fixture.Log.SegmentCount.ShouldBeGreaterThan(2);

        LogReadResult result = fixture.Log.Read(0, int.MaxValue, fixture.Log.HighWatermark, true);
        result.NextOffset.ShouldBe(fixture.Log.Segments[1].BaseOffset);
        LogReader.Take(result).Length.ShouldBe((int)fixture.Log.Segments[0].SizeBytes);
        fixture.Log.Values().Count.ShouldBe((int)fixture.Log.LogEndOffset);
    }

    [Fact]
    public async Task A_deleted_partition_answers_with_a_storage_error()
    {
        await using LogFixture fixture = await FilledAsync();
        PartitionLog log = fixture.Log;
        fixture.Manager.Delete(LogFixture.Partition);

        log.Read(0, 100, long.MaxValue, true).Status.ShouldBe(LogReadStatus.StorageError);
        fixture.Manager.Find(LogFixture.Partition).ShouldBeNull();
    }

    private static async Task<LogFixture> FilledAsync(LogConfig? config = null, int count = 30)
    {
        LogFixture fixture = await LogFixture.CreateAsync(config);
        for (int index = 0; index < count; index++)
        {
            fixture.Append(Batches.OfBytes(100 + index % 7 * 60));
        }

        return fixture;
    }

    private static long LastOffset(ReadOnlySpan<byte> bytes)
    {
        long lastOffset = -1;
        while (!bytes.IsEmpty)
        {
            var batch = new RecordBatchView(bytes);
            lastOffset = batch.LastOffset;
            bytes = bytes[batch.SizeBytes..];
        }

        return lastOffset;
    }
}
