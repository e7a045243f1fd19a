using System.Buffers;
using System.Text;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

/// <summary>A record that owns its bytes and can be compared: what tests expect, and what they read back.</summary>
internal sealed record RecordValue(int OffsetDelta, long Timestamp, string? Key, string? Value, string Headers)
{
    /// <summary>Decompresses and reads a batch, which must be sound.</summary>
    internal static List<RecordValue> ReadAll(RecordBatchView batch)
    {
        var output = new ArrayBufferWriter<byte>();
        RecordCodec.TryDecompress(batch.CompressionType, batch.Payload, maxBytes: 64 << 20, output, out DecompressError decompressError);
        decompressError.ShouldBe(DecompressError.None);
        var records = new List<RecordValue>();
        var reader = new RecordReader(output.WrittenSpan, batch.RecordsCount);
        while (reader.MoveNext()) records.Add(From(reader.Current, batch.TimestampOf(reader.Current.TimestampDelta)));
        reader.Error.ShouldBe(RecordError.None);
        return records;
    }

    internal static RecordValue From(RecordView record, long timestamp)
    {
        var headers = new StringBuilder();
        int headersCount = 0;
        foreach (RecordHeaderView header in record.Headers)
        {
            headers.Append(Convert.ToHexString(header.Key)).Append('=').Append(Hex(header.IsValueNull, header.Value) ?? "null").Append(';');
            headersCount++;
        }

        headersCount.ShouldBe(record.HeadersCount);
        return new RecordValue(record.OffsetDelta, timestamp, Hex(record.IsKeyNull, record.Key), Hex(record.IsValueNull, record.Value), headers.ToString());
    }

    internal static RecordValue From(int offsetDelta, long timestamp, byte[]? key, byte[]? value, IEnumerable<RecordHeader> headers) => new(
        offsetDelta,
        timestamp,
        key is null ? null : Convert.ToHexString(key),
        value is null ? null : Convert.ToHexString(value),
        string.Concat(headers.Select(header =>
            $"{Convert.ToHexString(Encoding.UTF8.GetBytes(header.Key))}={(header.Value is null ? "null" : Convert.ToHexString(header.Value))};")));

    private static string? Hex(bool isNull, ReadOnlySpan<byte> bytes) => isNull ? null : Convert.ToHexString(bytes);
}
