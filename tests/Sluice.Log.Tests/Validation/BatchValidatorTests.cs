using Sluice.Log.Tests.Support;
using Sluice.Log.Validation;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Validation;

public sealed class BatchValidatorTests
{
    private static readonly LogConfig Compacted = LogConfig.Default with { CleanupPolicy = CleanupPolicy.Compact };

    [Fact]
    public void A_sound_batch_is_accepted_as_it_is()
    {
        byte[] batch = Batches.At(Batches.NowMs, Batches.NowMs + 7, Batches.NowMs + 3);
        Validate(batch).ShouldBe(new BatchValidation(ErrorCode.None, null, null, batch.Length, Batches.NowMs + 7, IsRefusedByLog: false, MustRebuild: false));
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void A_sound_compressed_batch_is_accepted_as_it_is(CompressionType codec)
    {
        byte[] batch = Batches.Compressed(codec, Batches.NowMs, Batches.NowMs + 9);
        Validate(batch).ShouldBe(new BatchValidation(ErrorCode.None, null, null, batch.Length, Batches.NowMs + 9, IsRefusedByLog: false, MustRebuild: false));
    }

    [Fact]
    public void Nothing_and_a_cut_off_batch_are_no_batch()
    {
        byte[] batch = Batches.Of("a");
        for (int length = 0; length < batch.Length; length++)
        {
            Validate(batch[..length]).Code.ShouldBe(ErrorCode.InvalidRecord, $"{length} bytes");
        }
    }

    [Fact]
    public void A_second_batch_is_refused_and_the_beginning_of_one_is_dropped()
    {
        byte[] batch = Batches.Of("a");
        Validate([.. batch, .. batch]).Code.ShouldBe(ErrorCode.InvalidRecord);
        Validate([.. batch, .. new byte[12]]).Code.ShouldBe(ErrorCode.CorruptMessage);
        foreach (byte[] cutOff in new[] { new byte[11], batch[..^1] })
        {
            BatchValidation validation = Validate([.. batch, .. cutOff]);
            validation.Code.ShouldBe(ErrorCode.None);
            validation.SizeBytes.ShouldBe(batch.Length);
        }
    }

    [Fact]
    public void Impossible_size_and_magic_are_corrupt_and_old_magic_is_invalid()
    {
        Validate(With(Batches.Of("a"), RecordBatchFormat.LengthPosition + 3, 13, fixCrc: false)).Code.ShouldBe(ErrorCode.CorruptMessage);
        byte[] tiny = Batches.Of("a");
        tiny.AsSpan(RecordBatchFormat.LengthPosition, 4).Clear();
        Validate(tiny).Code.ShouldBe(ErrorCode.CorruptMessage);
        Validate(With(Batches.Of("a"), RecordBatchFormat.MagicPosition, 3, fixCrc: false)).Code.ShouldBe(ErrorCode.CorruptMessage);
        Validate(With(Batches.Of("a"), RecordBatchFormat.MagicPosition, 1, fixCrc: false)).Code.ShouldBe(ErrorCode.InvalidRecord);
    }

    [Fact]
    public void Any_flipped_bit_that_the_checksum_covers_is_corrupt()
    {
        byte[] batch = Batches.Of("a", "b");
        for (int position = RecordBatchFormat.CrcPosition; position < batch.Length; position++)
        {
            byte[] flipped = [.. batch];
            flipped[position] ^= 0x10;
            Validate(flipped).Code.ShouldBe(ErrorCode.CorruptMessage, $"byte {position}");
        }
    }

    [Fact]
    public void A_base_offset_other_than_0_is_refused() =>
        Validate(Batches.WithOffsets(Batches.Of("a"), 1, -1)).Code.ShouldBe(ErrorCode.InvalidRecord);

    [Fact]
    public void A_batch_above_max_message_bytes_is_too_large()
    {
        byte[] batch = Batches.OfBytes(500);
        Validate(batch, LogConfig.Default with { MaxMessageBytes = batch.Length }).Code.ShouldBe(ErrorCode.None);
        Validate(batch, LogConfig.Default with { MaxMessageBytes = batch.Length - 1 }).Code.ShouldBe(ErrorCode.MessageTooLarge);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(1, 1)]
    [InlineData(-1, 2)]
    [InlineData(int.MaxValue, 2)]
    public void Counts_that_contradict_each_other_are_refused(int lastOffsetDelta, int recordsCount)
    {
        byte[] batch = Batches.Of("a", "b");
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchFormat.LastOffsetDeltaPosition), lastOffsetDelta);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchFormat.RecordsCountPosition), recordsCount);
        RecordBatchPatch.WriteCrc(batch);
        Validate(batch).Code.ShouldBe(ErrorCode.InvalidRecord);
    }

    [Fact]
    public void Clients_may_not_write_control_batches() =>
        Validate(Batches.Marker(1, 0, commit: true)).Code.ShouldBe(ErrorCode.InvalidRecord);

    [Fact]
    public void A_producer_id_needs_a_sequence() =>
        Validate(Batches.Idempotent(7, 0, -1)).Code.ShouldBe(ErrorCode.InvalidRecord);

    [Fact]
    public void A_codec_that_does_not_exist_is_corrupt() =>
        Validate(With(Batches.Of("a"), RecordBatchFormat.AttributesPosition + 1, 5)).Code.ShouldBe(ErrorCode.CorruptMessage);

    [Fact]
    public void Data_that_the_codec_cannot_read_are_corrupt()
    {
        byte[] batch = Batches.Compressed(CompressionType.Lz4, 1, 2);
        Validate(With(batch, RecordBatchFormat.RecordsPosition, 0)).Code.ShouldBe(ErrorCode.CorruptMessage);
    }

    [Fact]
    public void Zstd_is_refused_where_the_request_is_too_old_for_it()
    {
        byte[] batch = Batches.Compressed(CompressionType.Zstd, Batches.NowMs);
        Validate(batch, LogConfig.Default, new AppendOptions(0) { RefuseZstd = true }).Code.ShouldBe(ErrorCode.UnsupportedCompressionType);
    }

    [Fact]
    public void Records_that_cannot_be_read_are_invalid()
    {
        Validate(With(Batches.Of("a"), RecordBatchFormat.RecordsPosition, 0x7F)).Code.ShouldBe(ErrorCode.InvalidRecord);
    }

    [Fact]
    public void A_compacted_topic_names_every_record_without_a_key()
    {
        byte[] batch = Batches.Build([("k", "a", Batches.NowMs), (null, "b", Batches.NowMs), ("k", "c", Batches.NowMs), (null, "d", Batches.NowMs)]);
        Validate(batch).Code.ShouldBe(ErrorCode.None);
        BatchValidation validation = Validate(batch, Compacted);
        validation.Code.ShouldBe(ErrorCode.InvalidRecord);
        validation.RejectedRecords!.Select(record => record.BatchIndex).ShouldBe([1, 3]);
    }

    [Fact]
    public void Timestamps_out_of_range_are_named_and_win_over_missing_keys()
    {
        LogConfig config = Compacted with { MessageTimestampBeforeMaxMs = 1000, MessageTimestampAfterMaxMs = 500 };
        byte[] batch = Batches.Build(
        [
            ("k", "on the edge", Batches.NowMs - 1000),
            ("k", "too old", Batches.NowMs - 1001),
            ("k", "on the edge", Batches.NowMs + 500),
            ("k", "too new", Batches.NowMs + 501),
            ("k", "none", -1),
            (null, "no key", Batches.NowMs),
        ]);
        BatchValidation validation = Validate(batch, config);
        validation.Code.ShouldBe(ErrorCode.InvalidTimestamp);
        validation.RejectedRecords!.Select(record => record.BatchIndex).ShouldBe([1, 3, 5]);
    }

    [Fact]
    public void Records_more_than_an_hour_ahead_are_refused_by_default()
    {
        Validate(Batches.At(Batches.NowMs + 3_600_000)).Code.ShouldBe(ErrorCode.None);
        Validate(Batches.At(Batches.NowMs + 3_600_001)).Code.ShouldBe(ErrorCode.InvalidTimestamp);
        Validate(Batches.At(0)).Code.ShouldBe(ErrorCode.None);
        Validate(Batches.At(long.MaxValue)).Code.ShouldBe(ErrorCode.InvalidTimestamp);
    }

    [Fact]
    public void A_producer_may_not_claim_the_brokers_time()
    {
        byte[] batch = Batches.Of("a");
        RecordBatchPatch.SetTimestamp(batch, TimestampType.LogAppendTime, Batches.NowMs);
        Validate(batch, LogConfig.Default with { MessageTimestampType = TimestampType.LogAppendTime }).Code.ShouldBe(ErrorCode.InvalidTimestamp);
        Validate(batch).Code.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void The_brokers_time_makes_the_records_times_irrelevant()
    {
        BatchValidation validation = Validate(Batches.At(long.MaxValue / 2), LogConfig.Default with { MessageTimestampType = TimestampType.LogAppendTime });
        validation.Code.ShouldBe(ErrorCode.None);
        validation.MaxTimestamp.ShouldBe(Batches.NowMs);
    }

    [Fact]
    public void Another_codec_and_gaps_in_compressed_offsets_demand_a_rebuild()
    {
        Validate(Batches.Of("a"), LogConfig.Default with { CompressionType = CompressionType.Zstd }).MustRebuild.ShouldBeTrue();
        Validate(Batches.Compressed(CompressionType.Zstd, 1), LogConfig.Default with { CompressionType = CompressionType.Zstd }).MustRebuild.ShouldBeFalse();
        Validate(Batches.Compressed(CompressionType.Zstd, 1), LogConfig.Default with { CompressionType = CompressionType.None }).MustRebuild.ShouldBeTrue();
        Validate(WithOffsetGap(CompressionType.Gzip)).MustRebuild.ShouldBeTrue();
        Validate(WithOffsetGap(CompressionType.None)).MustRebuild.ShouldBeFalse();
    }

    [Fact]
    public void What_decompresses_to_too_much_is_too_large()
    {
        byte[] batch = Batches.Build([("k", new string('x', 1_000_000), Batches.NowMs)], builder => builder.CompressionType = CompressionType.Zstd);
        BatchValidator.Validate(batch, LogConfig.Default, new AppendOptions(0), Batches.NowMs, 999_999).Code.ShouldBe(ErrorCode.MessageTooLarge);
        BatchValidator.Validate(batch, LogConfig.Default, new AppendOptions(0), Batches.NowMs, 1_000_100).Code.ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Lz4)]
    public void The_common_case_allocates_nothing(CompressionType codec)
    {
        byte[] batch = Batches.Compressed(codec, Batches.NowMs, Batches.NowMs, Batches.NowMs);
        for (int warmUp = 0; warmUp < 100; warmUp++)
        {
            Validate(batch);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
        {
            Validate(batch);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100 * 8);
    }

    private static BatchValidation Validate(byte[] batch, LogConfig? config = null, AppendOptions options = default) =>
        BatchValidator.Validate(batch, config ?? LogConfig.Default, options, Batches.NowMs, 1 << 24);

    private static byte[] With(byte[] batch, int position, byte value, bool fixCrc = true)
    {
        batch[position] = value;
        if (fixCrc)
        {
            RecordBatchPatch.WriteCrc(batch);
        }

        return batch;
    }

    private static byte[] WithOffsetGap(CompressionType codec)
    {
        var builder = new RecordBatchBuilder { CompressionType = codec, LastOffsetDelta = 1 };
        builder.Append(0, Batches.NowMs, "k"u8, "a"u8, []);
        builder.Append(5, Batches.NowMs, "k"u8, "b"u8, []);
        return builder.Build().ToArray();
    }
}
