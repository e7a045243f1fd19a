using System.Buffers;
using System.Text;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Client.Consuming;

/// <summary>Reads the records out of batches.</summary>
internal static class RecordDecoder
{
    private static readonly IReadOnlyList<RecordHeader> NoHeaders = [];

    /// <summary>The records of a batch that were asked for.</summary>
    /// <param name="batch">A whole batch.</param>
    /// <param name="decompressedBytesMax">Largest uncompressed content.</param>
    /// <exception cref="KafkaException">The content cannot be decompressed or is no sequence of records.</exception>
    internal static List<ConsumedRecord> Decode(FetchedBatch batch, int decompressedBytesMax)
    {
        var view = new RecordBatchView(batch.Bytes.Span);
        ReadOnlyMemory<byte> payload = Payload(batch, view, decompressedBytesMax);
        var reader = new RecordReader(payload.Span, view.RecordsCount);
        var records = new List<ConsumedRecord>(Math.Min(view.RecordsCount, payload.Length / 7));
        while (reader.MoveNext())
        {
            RecordView record = reader.Current;
            long offset = view.BaseOffset + record.OffsetDelta;
            if (offset < batch.FromOffset || offset >= batch.UpToOffset) continue;
            records.Add(new ConsumedRecord(
                batch.Topic,
                batch.Partition,
                offset,
                view.TimestampOf(record.TimestampDelta),
                view.TimestampType,
                record.IsKeyNull ? default(ReadOnlyMemory<byte>?) : Slice(payload, record.Key),
                record.IsValueNull ? default(ReadOnlyMemory<byte>?) : Slice(payload, record.Value),
                Headers(record)));
        }

        if (reader.Error == RecordError.None) return records;
        throw new KafkaException(
            ErrorCode.InvalidRecord,
            $"{batch.Topic}-{batch.Partition}: record {reader.ReadCount} of the batch at offset {view.BaseOffset} cannot be read: {reader.Error}");
    }

    private static ReadOnlyMemory<byte> Payload(FetchedBatch batch, RecordBatchView view, int decompressedBytesMax)
    {
        if (view.CompressionType == CompressionType.None) return batch.Bytes[RecordBatchFormat.RecordsPosition..view.SizeBytes];
        var output = new ArrayBufferWriter<byte>(Math.Max(256, view.Payload.Length * 2));
        if (RecordCodec.TryDecompress(view.CompressionType, view.Payload, decompressedBytesMax, output, out DecompressError error)) return output.WrittenMemory;
        string reason = error == DecompressError.OutputTooLarge ? $"longer than {decompressedBytesMax} bytes" : error.ToString();
        throw new KafkaException(
            ErrorCode.CorruptMessage,
            $"{batch.Topic}-{batch.Partition}: the {view.CompressionType} batch at offset {view.BaseOffset} cannot be decompressed: {reason}");
    }

    // A slice of the payload itself: a record costs no copy.
    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> payload, ReadOnlySpan<byte> part) =>
        payload.Span.Overlaps(part, out int position) ? payload.Slice(position, part.Length) : ReadOnlyMemory<byte>.Empty;

    private static IReadOnlyList<RecordHeader> Headers(RecordView record)
    {
        if (record.HeadersCount == 0) return NoHeaders;
        var headers = new List<RecordHeader>(record.HeadersCount);
        foreach (RecordHeaderView header in record.Headers)
        {
            headers.Add(new RecordHeader(Encoding.UTF8.GetString(header.Key), header.IsValueNull ? null : header.Value.ToArray()));
        }

        return headers;
    }
}
