using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

public sealed class RecordBatchPatchTests
{
    [Fact]
    public void Assigning_offsets_gives_the_bytes_that_kafka_gives()
    {
        byte[] bytes = GoldenBatches.Get("none");
        RecordBatchPatch.AssignOffsets(bytes, baseOffset: 1000, leaderEpoch: 7);
        bytes.ShouldBe(GoldenBatches.Get("none-offset1000-epoch7"));
        new RecordBatchView(bytes).IsCrcValid().ShouldBeTrue();
    }

    [Fact]
    public void Setting_the_timestamp_that_is_there_writes_nothing()
    {
        byte[] bytes = GoldenBatches.Get("none");
        bytes[RecordBatchFormat.CrcPosition] ^= 1;
        byte[] before = [.. bytes];
        RecordBatchPatch.SetTimestamp(bytes, TimestampType.CreateTime, 1_700_000_000_005).ShouldBeFalse();
        bytes.ShouldBe(before);
    }

    [Theory]
    [InlineData("none", TimestampType.LogAppendTime, 1_800_000_000_000)]
    [InlineData("none", TimestampType.LogAppendTime, 1_700_000_000_005)]
    [InlineData("none", TimestampType.CreateTime, 1_700_000_000_006)]
    [InlineData("transactional", TimestampType.LogAppendTime, 1_800_000_000_000)]
    [InlineData("zstd", TimestampType.LogAppendTime, 1_800_000_000_000)]
    public void Setting_another_timestamp_keeps_the_crc_valid_and_touches_nothing_else(string name, TimestampType timestampType, long maxTimestamp)
    {
        byte[] bytes = GoldenBatches.Get(name);
        byte[] original = [.. bytes];
        RecordBatchPatch.SetTimestamp(bytes, timestampType, maxTimestamp).ShouldBeTrue();

        var batch = new RecordBatchView(bytes);
        batch.IsCrcValid().ShouldBeTrue();
        batch.TimestampType.ShouldBe(timestampType);
        batch.MaxTimestamp.ShouldBe(maxTimestamp);
        batch.TimestampOf(timestampDelta: 2).ShouldBe(timestampType == TimestampType.LogAppendTime ? maxTimestamp : 1_700_000_000_002);

        RecordBatchPatch.SetTimestamp(bytes, TimestampType.CreateTime, 1_700_000_000_005).ShouldBeTrue();
        bytes.ShouldBe(original);
    }

    [Fact]
    public void Rewriting_clears_the_unused_attribute_bits_as_kafka_does()
    {
        byte[] bytes = GoldenBatches.Get("none");
        bytes[RecordBatchFormat.AttributesPosition] = 0x7F;
        bytes[RecordBatchFormat.AttributesPosition + 1] = 0x90;
        RecordBatchPatch.SetTimestamp(bytes, TimestampType.LogAppendTime, 5).ShouldBeTrue();
        new RecordBatchView(bytes).Attributes.ShouldBe((short)0x18);
    }

    [Fact]
    public void Bytes_behind_the_batch_are_left_alone()
    {
        byte[] bytes = [.. GoldenBatches.Get("none"), 9, 9, 9];
        RecordBatchPatch.SetTimestamp(bytes, TimestampType.LogAppendTime, 5).ShouldBeTrue();
        RecordBatchPatch.AssignOffsets(bytes, 77, 1);
        bytes[^3..].ShouldBe(new byte[] { 9, 9, 9 });
        RecordBatchValidator.Validate(bytes).ShouldBe(RecordBatchStatus.Valid);
    }
}
