using Sluice.Log.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests;

public sealed class PartitionLogAppendTests
{
    [Fact]
    public async Task An_append_gets_the_next_offsets_and_is_readable_at_once()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        AppendResult first = fixture.Append(Batches.Of("a", "b"));
        AppendResult second = fixture.Append(Batches.Of("c"));

        first.ShouldBe(new AppendResult { BaseOffset = 0, LastOffset = 1, LogAppendTimeMs = -1, LogStartOffset = 0 });
        second.ShouldBe(new AppendResult { BaseOffset = 2, LastOffset = 2, LogAppendTimeMs = -1, LogStartOffset = 0 });
        fixture.Log.Offsets().ShouldBe(new LogOffsets(0, 3, 3, 3));
        fixture.Log.Values().ShouldBe([(0, "a"), (1, "b"), (2, "c")]);
    }

    [Fact]
    public async Task The_producers_bytes_go_to_disk_unchanged_but_for_offset_and_leader_epoch()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("before"));
        byte[] sent = Batches.Of("a", "b");
        byte[] expected = Batches.WithOffsets([.. sent], baseOffset: 1, leaderEpoch: 7);

        fixture.Append(sent, leaderEpoch: 7);

        fixture.Log.ReadBytes(1).ShouldBe(expected);
    }

    [Fact]
    public async Task Log_append_time_replaces_the_producers_timestamps()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { MessageTimestampType = TimestampType.LogAppendTime });
        AppendResult result = fixture.Append(Batches.At(5, 6));

        result.LogAppendTimeMs.ShouldBe(Batches.NowMs);
        byte[] stored = fixture.Log.ReadBytes(0);
        RecordBatchValidator.Validate(stored).ShouldBe(RecordBatchStatus.Valid);
        var batch = new RecordBatchView(stored);
        batch.TimestampType.ShouldBe(TimestampType.LogAppendTime);
        batch.MaxTimestamp.ShouldBe(Batches.NowMs);
    }

    [Fact]
    public async Task A_lying_max_timestamp_is_corrected()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        byte[] batch = Batches.At(Batches.NowMs, Batches.NowMs - 5);
        RecordBatchPatch.SetTimestamp(batch, TimestampType.CreateTime, Batches.NowMs + 1_000_000);

        fixture.Append(batch).ErrorCode.ShouldBe(ErrorCode.None);

        byte[] stored = fixture.Log.ReadBytes(0);
        RecordBatchValidator.Validate(stored).ShouldBe(RecordBatchStatus.Valid);
        new RecordBatchView(stored).MaxTimestamp.ShouldBe(Batches.NowMs);
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    [InlineData(CompressionType.None)]
    public async Task A_topics_codec_replaces_the_producers(CompressionType codec)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { CompressionType = codec });
        CompressionType other = codec == CompressionType.Lz4 ? CompressionType.Gzip : CompressionType.Lz4;
        fixture.Append(Batches.Compressed(other, Batches.NowMs, Batches.NowMs + 1)).ErrorCode.ShouldBe(ErrorCode.None);

        byte[] stored = fixture.Log.ReadBytes(0);
        new RecordBatchView(stored).CompressionType.ShouldBe(codec);
        fixture.Log.Values().ShouldBe([(0, "v0"), (1, "v1")]);
    }

    [Fact]
    public async Task A_batch_larger_than_a_segment_is_refused()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 1000 });
        AppendResult result = fixture.Append(Batches.OfBytes(2000));

        result.ErrorCode.ShouldBe(ErrorCode.RecordListTooLarge);
        result.BaseOffset.ShouldBe(-1);
        fixture.Log.LogEndOffset.ShouldBe(0);
    }

    [Fact]
    public async Task A_leaders_batches_are_stored_as_they_are_and_continue_the_log()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        byte[] fetched =
        [
            .. Batches.WithOffsets(Batches.Of("a", "b"), 0, 3),
            .. Batches.WithOffsets(Batches.Of("c"), 2, 3),
            .. Batches.WithOffsets(Batches.Of("d"), 3, 4),
            .. Batches.Of("cut off")[..40],
        ];

        AppendResult result = fixture.Log.Append(fetched, AppendOrigin.Replication, new AppendOptions(LeaderEpoch: 3));

        result.LastOffset.ShouldBe(2);
        fixture.Log.Values().Select(record => record.Value).ShouldBe(["a", "b", "c"]);
        fixture.Log.LeaderEpoch.ShouldBe(3);
        fixture.Log.Append(Batches.WithOffsets(Batches.Of("x"), 1, 3), AppendOrigin.Replication, new AppendOptions(3))
            .ErrorCode.ShouldBe(ErrorCode.OffsetOutOfRange);
    }

    [Fact]
    public async Task A_listener_hears_of_an_append_after_the_high_watermark_moved()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        var listener = new HighWatermarkListener();
        fixture.Log.Listener = listener;

        fixture.Append(Batches.Of("a", "b"));

        listener.HighWatermarks.ShouldBe([2]);
    }

    [Fact]
    public async Task A_high_watermark_that_replicas_hold_back_is_no_hindrance_to_appends()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(configure: options => options.HighWatermarkFollowsEnd = false);
        fixture.Append(Batches.Of("a"));
        fixture.Append(Batches.Of("b"));
        fixture.Log.Offsets().ShouldBe(new LogOffsets(0, 0, 0, 2));

        fixture.Log.AdvanceHighWatermark(1).ShouldBeTrue();
        fixture.Log.AdvanceHighWatermark(1).ShouldBeFalse();
        fixture.Log.Values().ShouldBe([(0, "a")]);
        fixture.Log.AdvanceHighWatermark(100);
        fixture.Log.HighWatermark.ShouldBe(2);
    }

    private sealed class HighWatermarkListener : ILogListener
    {
        public List<long> HighWatermarks { get; } = [];

        public void OnAppended(PartitionLog log) => HighWatermarks.Add(log.HighWatermark);
    }
}
