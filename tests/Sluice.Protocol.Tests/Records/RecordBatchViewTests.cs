using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

public sealed class RecordBatchViewTests
{
    private const long BaseTimestamp = 1_700_000_000_000;

    [Fact]
    public void Every_header_field_of_a_plain_batch_is_read()
    {
        var batch = new RecordBatchView(GoldenBatches.Get("none-offset1000-epoch7"));
        batch.BaseOffset.ShouldBe(1000);
        batch.SizeBytes.ShouldBe(98);
        batch.PartitionLeaderEpoch.ShouldBe(7);
        batch.Magic.ShouldBe((byte)2);
        batch.Crc.ShouldBe(0xFE444FE3u);
        batch.Attributes.ShouldBe((short)0);
        batch.CompressionType.ShouldBe(CompressionType.None);
        batch.TimestampType.ShouldBe(TimestampType.CreateTime);
        batch.IsTransactional.ShouldBeFalse();
        batch.IsControl.ShouldBeFalse();
        batch.HasDeleteHorizon.ShouldBeFalse();
        batch.LastOffsetDelta.ShouldBe(2);
        batch.LastOffset.ShouldBe(1002);
        batch.NextOffset.ShouldBe(1003);
        batch.BaseTimestamp.ShouldBe(BaseTimestamp);
        batch.MaxTimestamp.ShouldBe(BaseTimestamp + 5);
        batch.ProducerId.ShouldBe(-1);
        batch.ProducerEpoch.ShouldBe((short)-1);
        batch.BaseSequence.ShouldBe(-1);
        batch.LastSequence.ShouldBe(-1);
        batch.RecordsCount.ShouldBe(3);
        batch.Payload.Length.ShouldBe(37);
        batch.IsCrcValid().ShouldBeTrue();
    }

    [Fact]
    public void Producer_fields_and_flags_are_read()
    {
        var transactional = new RecordBatchView(GoldenBatches.Get("transactional"));
        transactional.IsTransactional.ShouldBeTrue();
        transactional.ProducerId.ShouldBe(4000);
        transactional.ProducerEpoch.ShouldBe((short)2);
        transactional.BaseSequence.ShouldBe(10);
        transactional.LastSequence.ShouldBe(12);

        var marker = new RecordBatchView(GoldenBatches.Get("marker-commit"));
        marker.IsControl.ShouldBeTrue();
        marker.IsTransactional.ShouldBeTrue();
        marker.LastOffset.ShouldBe(55);

        var horizon = new RecordBatchView(GoldenBatches.Get("delete-horizon"));
        horizon.HasDeleteHorizon.ShouldBeTrue();
        horizon.RecordsCount.ShouldBe(1);
        horizon.LastOffsetDelta.ShouldBe(2);

        var emptied = new RecordBatchView(GoldenBatches.Get("emptied"));
        emptied.RecordsCount.ShouldBe(0);
        emptied.BaseTimestamp.ShouldBe(-1);
        emptied.Payload.Length.ShouldBe(0);
        emptied.LastSequence.ShouldBe(12);
    }

    [Fact]
    public void Last_sequence_wraps()
    {
        byte[] bytes = GoldenBatches.Get("idempotent");
        bytes.AsSpan(RecordBatchFormat.BaseSequencePosition, 4).Clear();
        Convert.FromHexString("7FFFFFFE").CopyTo(bytes, RecordBatchFormat.BaseSequencePosition);
        new RecordBatchView(bytes).LastSequence.ShouldBe(0);
    }

    [Fact]
    public void Header_alone_answers_everything_but_the_payload()
    {
        byte[] bytes = GoldenBatches.Get("lz4");
        var batch = new RecordBatchView(bytes.AsSpan(0, RecordBatchFormat.HeaderBytes));
        batch.SizeBytes.ShouldBe(113);
        batch.RecordsCount.ShouldBe(3);
        batch.CompressionType.ShouldBe(CompressionType.Lz4);
        batch.IsCrcValid().ShouldBeFalse();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    [InlineData("emptied")]
    [InlineData("marker-abort")]
    public void Whole_batches_are_valid_also_with_bytes_behind_them_and_incomplete_when_cut_anywhere(string name)
    {
        byte[] bytes = GoldenBatches.Get(name);
        RecordBatchValidator.Validate(bytes).ShouldBe(RecordBatchStatus.Valid);
        RecordBatchValidator.Validate([.. bytes, 1, 2, 3]).ShouldBe(RecordBatchStatus.Valid);
        for (int length = 0; length < bytes.Length; length++)
            RecordBatchValidator.Validate(bytes.AsSpan(0, length)).ShouldBe(RecordBatchStatus.Incomplete, $"cut at {length}");
    }

    [Fact]
    public void Header_is_judged_by_the_bytes_said_to_be_available()
    {
        ReadOnlySpan<byte> header = GoldenBatches.Get("none").AsSpan(0, RecordBatchFormat.HeaderBytes);
        RecordBatchValidator.ValidateHeader(header, availableBytes: 98).ShouldBe(RecordBatchStatus.Valid);
        RecordBatchValidator.ValidateHeader(header, availableBytes: 5_000_000_000).ShouldBe(RecordBatchStatus.Valid);
        RecordBatchValidator.ValidateHeader(header, availableBytes: 97).ShouldBe(RecordBatchStatus.Incomplete);
    }

    [Theory]
    [InlineData("0000000D", 2, RecordBatchStatus.SizeTooSmall)]
    [InlineData("FFFFFFFF", 2, RecordBatchStatus.SizeTooSmall)]
    [InlineData("80000000", 2, RecordBatchStatus.SizeTooSmall)]
    [InlineData("00000030", 2, RecordBatchStatus.SizeTooSmall)]
    [InlineData("00000015", 1, RecordBatchStatus.SizeTooSmall)]
    [InlineData("00000057", 2, RecordBatchStatus.Incomplete)]
    [InlineData("7FFFFFFF", 2, RecordBatchStatus.Incomplete)]
    [InlineData("00000056", 3, RecordBatchStatus.UnknownMagic)]
    [InlineData("00000056", 255, RecordBatchStatus.UnknownMagic)]
    [InlineData("00000055", 2, RecordBatchStatus.CrcMismatch)]
    [InlineData("00000056", 1, RecordBatchStatus.CrcMismatch)]
    public void Lying_sizes_and_magics_have_a_status(string lengthHex, byte magic, RecordBatchStatus expected)
    {
        byte[] bytes = GoldenBatches.Get("none");
        Convert.FromHexString(lengthHex).CopyTo(bytes, RecordBatchFormat.LengthPosition);
        bytes[RecordBatchFormat.MagicPosition] = magic;
        RecordBatchValidator.Validate(bytes).ShouldBe(expected);
    }

    [Fact]
    public void Crc_covers_every_byte_from_the_attributes_on_and_none_before()
    {
        byte[] bytes = GoldenBatches.Get("none");
        for (int position = 0; position < bytes.Length; position++)
        {
            bool isSizeOrMagic = position is >= RecordBatchFormat.LengthPosition and < RecordBatchFormat.PartitionLeaderEpochPosition
                or RecordBatchFormat.MagicPosition;
            if (isSizeOrMagic) continue;
            bytes[position] ^= 0x40;
            RecordBatchStatus expected = position >= RecordBatchFormat.CrcPosition ? RecordBatchStatus.CrcMismatch : RecordBatchStatus.Valid;
            RecordBatchValidator.Validate(bytes).ShouldBe(expected, $"position {position}");
            bytes[position] ^= 0x40;
        }
    }

    [Theory]
    [InlineData("magic0", 0, 0L, -1L, CompressionType.None)]
    [InlineData("magic1", 1, 0L, BaseTimestamp, CompressionType.None)]
    [InlineData("magic1-gzip", 1, 1L, BaseTimestamp + 1, CompressionType.Gzip)]
    public void Old_formats_are_described(string name, byte magic, long lastOffset, long maxTimestamp, CompressionType compressionType)
    {
        byte[] bytes = GoldenBatches.Get(name);
        RecordBatchValidator.Validate(bytes).ShouldBe(RecordBatchStatus.Legacy);
        var batch = new LegacyBatchView(bytes);
        batch.Magic.ShouldBe(magic);
        batch.SizeBytes.ShouldBe(bytes.Length);
        batch.LastOffset.ShouldBe(lastOffset);
        batch.MaxTimestamp.ShouldBe(maxTimestamp);
        batch.TimestampType.ShouldBe(TimestampType.CreateTime);
        batch.CompressionType.ShouldBe(compressionType);
        bytes[^1] ^= 1;
        RecordBatchValidator.Validate(bytes).ShouldBe(RecordBatchStatus.CrcMismatch);
    }
}
