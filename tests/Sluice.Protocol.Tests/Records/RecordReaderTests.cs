using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

public sealed class RecordReaderTests
{
    // One record: length 13, attributes, timestamp delta 0, offset delta 0, key "k1", value "v1", one header "h" = null.
    private const string Sound = "1A 00 00 00 04 6B31 04 7631 02 02 68 01";

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void Kafkas_batches_are_read_with_every_codec(string name)
    {
        RecordValue.ReadAll(new RecordBatchView(GoldenBatches.Get(name))).ShouldBe(
        [
            new RecordValue(0, 1_700_000_000_000, "6B31", "7631", ""),
            new RecordValue(1, 1_700_000_000_005, "6B32", null, ""),
            new RecordValue(2, 1_700_000_000_003, null, "7633", "68=0102;6E=null;"),
        ]);
    }

    [Fact]
    public void Deltas_count_from_the_delete_horizon_where_there_is_one()
    {
        RecordValue record = RecordValue.ReadAll(new RecordBatchView(GoldenBatches.Get("delete-horizon"))).ShouldHaveSingleItem();
        record.ShouldBe(new RecordValue(1, 1_700_000_000_005, "6B32", null, ""));
    }

    [Theory]
    [InlineData(Sound, 1, RecordError.None)]
    [InlineData("", 0, RecordError.None)]
    [InlineData("", -1, RecordError.NegativeCount)]
    [InlineData("", 1, RecordError.Truncated)]
    [InlineData("00", 0, RecordError.TrailingBytes)]
    [InlineData(Sound, 0, RecordError.TrailingBytes)]
    [InlineData(Sound, 2, RecordError.Truncated)]
    [InlineData(Sound + "00", 1, RecordError.TrailingBytes)]
    [InlineData("00", 1, RecordError.Truncated)] // no room for the attributes
    [InlineData("01", 1, RecordError.NegativeLength)]
    [InlineData("1C 00 00 00 04 6B31 04 7631 02 02 68 01", 1, RecordError.Truncated)] // length one too large
    [InlineData("18 00 00 00 04 6B31 04 7631 02 02 68 01", 1, RecordError.Truncated)] // length one too small
    [InlineData("1C 00 00 00 04 6B31 04 7631 02 02 68 01 00", 1, RecordError.LengthMismatch)]
    [InlineData("1A 00 00 00 03 6B31 04 7631 02 02 68 01", 1, RecordError.NegativeLength)] // key length -2
    [InlineData("1A 00 00 00 04 6B31 03 7631 02 02 68 01", 1, RecordError.NegativeLength)] // value length -2
    [InlineData("1A 00 00 00 04 6B31 7E 7631 02 02 68 01", 1, RecordError.LengthBeyondRecord)]
    [InlineData("1A 00 00 00 04 6B31 04 7631 01 02 68 01", 1, RecordError.HeadersCount)] // -1 headers
    [InlineData("1A 00 00 00 04 6B31 04 7631 08 02 68 01", 1, RecordError.HeadersCount)] // 4 headers, 3 bytes left
    [InlineData("1A 00 00 00 04 6B31 04 7631 04 02 68 01", 1, RecordError.Truncated)] // 2 headers, only one there
    [InlineData("1A 00 00 00 04 6B31 04 7631 02 01 68 01", 1, RecordError.NegativeLength)] // header key null
    [InlineData("1A 00 00 00 04 6B31 04 7631 02 02 68 03", 1, RecordError.NegativeLength)] // header value length -2
    [InlineData("1A 00 00 00 04 6B31 04 7631 02 02 68 02", 1, RecordError.LengthBeyondRecord)]
    [InlineData("FFFFFFFFFF0F", 1, RecordError.VarintTooLong)]
    [InlineData("FFFFFFFF", 1, RecordError.Truncated)]
    [InlineData("20 00 80808080808080808080 00 00 01 01 00 00", 1, RecordError.VarintTooLong)]
    [InlineData("20 00 00 8080808080 00 01 01 00 0000000000", 1, RecordError.VarintTooLong)]
    public void Each_rule_of_the_format_has_its_error(string hex, int recordsCount, RecordError expected)
    {
        var reader = new RecordReader(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), recordsCount);
        int count = 0;
        while (reader.MoveNext()) count++;
        reader.Error.ShouldBe(expected);
        reader.ReadCount.ShouldBe(count);
        reader.MoveNext().ShouldBeFalse();
        reader.Error.ShouldBe(expected);
    }

    [Fact]
    public void Integers_longer_than_need_be_are_read_as_kafka_reads_them()
    {
        // Timestamp delta 0 in ten bytes, offset delta 0 in five, no key, no value, no headers.
        var reader = new RecordReader(Convert.FromHexString("260080808080808080808000" + "8080808000" + "010100"), recordsCount: 1);
        reader.MoveNext().ShouldBeTrue();
        RecordView record = reader.Current;
        record.TimestampDelta.ShouldBe(0);
        record.OffsetDelta.ShouldBe(0);
        record.IsKeyNull.ShouldBeTrue();
        record.IsValueNull.ShouldBeTrue();
        record.SizeBytes.ShouldBe(20);
        reader.MoveNext().ShouldBeFalse();
        reader.Error.ShouldBe(RecordError.None);
    }

    [Theory]
    [InlineData(0L, "00")]
    [InlineData(-1L, "01")]
    [InlineData(1L, "02")]
    [InlineData(63L, "7E")]
    [InlineData(-64L, "7F")]
    [InlineData(64L, "8001")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Varints_have_known_bytes(long value, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var written = new byte[RecordVarint.Int64BytesMax];
        int position = 0;
        RecordVarint.Write(written, ref position, value);
        Convert.ToHexString(written.AsSpan(0, position)).ShouldBe(hex);
        RecordVarint.SizeBytes(value).ShouldBe(bytes.Length);

        position = 0;
        RecordVarint.TryReadInt64(bytes, ref position, out long read).ShouldBeTrue();
        read.ShouldBe(value);
        position.ShouldBe(bytes.Length);
        if (value is < int.MinValue or > int.MaxValue) return;
        position = 0;
        RecordVarint.TryReadInt32(bytes, ref position, out int read32).ShouldBeTrue();
        read32.ShouldBe((int)value);
    }

    [Fact]
    public void Empty_keys_and_values_are_not_null()
    {
        var builder = new RecordBatchBuilder();
        builder.Append(0, ReadOnlySpan<byte>.Empty, Array.Empty<byte>(), [new("", [])]);
        var reader = new RecordReader(new RecordBatchView(builder.Build().Span).Payload, recordsCount: 1);
        reader.MoveNext().ShouldBeTrue();
        reader.Current.IsKeyNull.ShouldBeFalse();
        reader.Current.IsValueNull.ShouldBeFalse();
        foreach (RecordHeaderView header in reader.Current.Headers) header.IsValueNull.ShouldBeFalse();
    }
}
