using System.Buffers;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

public sealed class RecordBatchBuilderTests
{
    private const long BaseTimestamp = 1_700_000_000_000;

    [Theory]
    [InlineData("none", CompressionType.None)]
    [InlineData("snappy", CompressionType.Snappy)]
    [InlineData("lz4", CompressionType.Lz4)]
    public void Builds_the_bytes_that_kafka_builds(string name, CompressionType compressionType)
    {
        RecordBatchBuilder builder = ThreeRecords();
        builder.CompressionType = compressionType;
        builder.Build().ToArray().ShouldBe(GoldenBatches.Get(name));
    }

    [Theory]
    [InlineData("idempotent", false)]
    [InlineData("transactional", true)]
    public void Builds_the_bytes_of_an_idempotent_producer(string name, bool isTransactional)
    {
        RecordBatchBuilder builder = ThreeRecords();
        builder.ProducerId = 4000;
        builder.ProducerEpoch = 2;
        builder.BaseSequence = 10;
        builder.IsTransactional = isTransactional;
        builder.Build().ToArray().ShouldBe(GoldenBatches.Get(name));
    }

    [Fact]
    public void Builds_with_offset_and_epoch()
    {
        RecordBatchBuilder builder = ThreeRecords();
        builder.PartitionLeaderEpoch = 7;
        builder.Build(baseOffset: 1000).ToArray().ShouldBe(GoldenBatches.Get("none-offset1000-epoch7"));
    }

    [Fact]
    public void Builds_what_compaction_leaves_of_a_batch()
    {
        var builder = new RecordBatchBuilder
        {
            PartitionLeaderEpoch = 3,
            DeleteHorizonMs = BaseTimestamp + 86_400_000 - 4,
            MaxTimestampMs = BaseTimestamp + 5,
            LastOffsetDelta = 2,
        };
        byte[] golden = GoldenBatches.Get("delete-horizon");
        builder.DeleteHorizonMs = new RecordBatchView(golden).BaseTimestamp;
        builder.Append(offsetDelta: 1, BaseTimestamp + 5, "k2"u8, null, []);
        builder.Build(baseOffset: 1000).ToArray().ShouldBe(golden);
    }

    [Fact]
    public void Builds_a_batch_that_compaction_emptied()
    {
        var builder = new RecordBatchBuilder
        {
            CompressionType = CompressionType.Zstd,
            PartitionLeaderEpoch = 3,
            MaxTimestampMs = BaseTimestamp + 5,
            LastOffsetDelta = 2,
            ProducerId = 4000,
            ProducerEpoch = 2,
            BaseSequence = 10,
        };
        builder.Build(baseOffset: 1000).ToArray().ShouldBe(GoldenBatches.Get("emptied"));
    }

    [Theory]
    [InlineData("marker-commit", true)]
    [InlineData("marker-abort", false)]
    public void Writes_the_markers_that_kafka_writes(string name, bool isCommit)
    {
        var bytes = new byte[EndTransactionMarker.SizeBytes];
        EndTransactionMarker.Write(
            bytes, isCommit, producerId: 4000, producerEpoch: 2, coordinatorEpoch: 9, BaseTimestamp, baseOffset: 55, leaderEpoch: 3);
        bytes.ShouldBe(GoldenBatches.Get(name));

        var reader = new RecordReader(new RecordBatchView(bytes).Payload, recordsCount: 1);
        reader.MoveNext().ShouldBeTrue();
        ControlRecordKey.TryRead(reader.Current.Key, out ControlRecordType type).ShouldBeTrue();
        type.ShouldBe(isCommit ? ControlRecordType.Commit : ControlRecordType.Abort);
        EndTransactionMarker.TryReadValue(reader.Current.Value, out int coordinatorEpoch).ShouldBeTrue();
        coordinatorEpoch.ShouldBe(9);
    }

    [Theory]
    [InlineData("00000000", true, ControlRecordType.Abort)]
    [InlineData("00000006", true, ControlRecordType.KRaftVoters)]
    [InlineData("00000007", true, ControlRecordType.Unknown)]
    [InlineData("0000FFFF", true, ControlRecordType.Unknown)]
    [InlineData("00050001FFFF", true, ControlRecordType.Commit)]
    [InlineData("FFFF0001", false, ControlRecordType.Unknown)]
    [InlineData("000000", false, ControlRecordType.Unknown)]
    [InlineData("", false, ControlRecordType.Unknown)]
    public void Control_keys_may_be_newer_and_longer_but_not_shorter_or_negative(string hex, bool isValid, ControlRecordType expected)
    {
        ControlRecordKey.TryRead(Convert.FromHexString(hex), out ControlRecordType type).ShouldBe(isValid);
        type.ShouldBe(expected);
    }

    [Fact]
    public void Marker_values_may_be_newer_and_longer_but_not_shorter_or_negative()
    {
        EndTransactionMarker.TryReadValue(Convert.FromHexString("00010000000912"), out int coordinatorEpoch).ShouldBeTrue();
        coordinatorEpoch.ShouldBe(9);
        EndTransactionMarker.TryReadValue(Convert.FromHexString("0000000000"), out _).ShouldBeFalse();
        EndTransactionMarker.TryReadValue(Convert.FromHexString("FFFF00000009"), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_cleared_builder_keeps_its_properties_and_forgets_its_records()
    {
        RecordBatchBuilder builder = ThreeRecords();
        builder.ProducerId = 4000;
        builder.Build();
        builder.Clear();
        builder.RecordsCount.ShouldBe(0);
        builder.UncompressedSizeBytes.ShouldBe(RecordBatchFormat.HeaderBytes);

        builder.Append(7, null, "v"u8);
        var batch = new RecordBatchView(builder.Build().Span);
        batch.RecordsCount.ShouldBe(1);
        batch.BaseTimestamp.ShouldBe(7);
        batch.MaxTimestamp.ShouldBe(7);
        batch.LastOffsetDelta.ShouldBe(0);
        batch.ProducerId.ShouldBe(4000);
        batch.IsCrcValid().ShouldBeTrue();
    }

    [Fact]
    public void A_batch_can_be_built_again_after_more_records()
    {
        RecordBatchBuilder builder = ThreeRecords();
        builder.CompressionType = CompressionType.Gzip;
        builder.Build();
        builder.Append(BaseTimestamp + 9, null, null);
        var batch = new RecordBatchView(builder.Build().Span);
        batch.RecordsCount.ShouldBe(4);
        batch.LastOffsetDelta.ShouldBe(3);
        batch.MaxTimestamp.ShouldBe(BaseTimestamp + 9);
        RecordValue.ReadAll(batch).Count.ShouldBe(4);
    }

    [Fact]
    public void Log_append_time_replaces_every_timestamp()
    {
        RecordBatchBuilder builder = ThreeRecords();
        builder.TimestampType = TimestampType.LogAppendTime;
        builder.MaxTimestampMs = 42;
        var batch = new RecordBatchView(builder.Build().Span);
        batch.TimestampType.ShouldBe(TimestampType.LogAppendTime);
        RecordValue.ReadAll(batch).ShouldAllBe(record => record.Timestamp == 42);
    }

    [Fact]
    public void Copied_records_keep_key_value_and_headers()
    {
        var source = new RecordBatchView(GoldenBatches.Get("none"));
        var builder = new RecordBatchBuilder();
        var reader = new RecordReader(source.Payload, source.RecordsCount);
        while (reader.MoveNext())
        {
            RecordView record = reader.Current;
            builder.Append(record.OffsetDelta, source.TimestampOf(record.TimestampDelta), record);
        }

        builder.Build().ToArray().ShouldBe(GoldenBatches.Get("none"));
    }

    [Fact]
    public void Size_of_a_record_never_exceeds_its_announced_maximum()
    {
        RecordHeader[] headers = [new("schlüssel", new byte[300]), new("", null)];
        var builder = new RecordBatchBuilder();
        int before = builder.UncompressedSizeBytes;
        builder.Append(int.MaxValue, long.MinValue, new byte[200], new byte[70_000], headers);
        (builder.UncompressedSizeBytes - before).ShouldBeLessThanOrEqualTo(RecordBatchBuilder.RecordSizeBytesMax(200, 70_000, headers));
    }

    [Fact]
    public void Builds_into_a_buffer_of_the_caller()
    {
        var output = new ArrayBufferWriter<byte>();
        ThreeRecords().Build(baseOffset: 0, output);
        output.WrittenSpan.ToArray().ShouldBe(GoldenBatches.Get("none"));
    }

    private static RecordBatchBuilder ThreeRecords()
    {
        var builder = new RecordBatchBuilder();
        builder.Append(BaseTimestamp, "k1"u8, "v1"u8);
        builder.Append(BaseTimestamp + 5, "k2"u8, null);
        builder.Append(BaseTimestamp + 3, null, "v3"u8, [new("h", [1, 2]), new("n", null)]);
        return builder;
    }
}
