using System.Buffers;
using System.Text;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Support;

/// <summary>A record as a consumer sees it.</summary>
internal readonly record struct StoredRecord(long Offset, long TimestampMs, string? Key, string? Value);

/// <summary>Makes record batches as producers send them, and reads what comes back.</summary>
internal static class Batches
{
    /// <summary>One batch of records without keys, stamped with the beginning of the test clock.</summary>
    public static byte[] Of(params string[] values) => At(TestBroker.StartMs, values);

    /// <summary>One batch of records without keys, the first at <paramref name="timestampMs"/>, each next one a millisecond later.</summary>
    public static byte[] At(long timestampMs, params string[] values)
    {
        RecordBatchBuilder builder = new();
        Append(builder, timestampMs, values);
        return builder.Build().ToArray();
    }

    /// <summary>One compressed batch.</summary>
    public static byte[] Compressed(CompressionType compression, params string[] values)
    {
        RecordBatchBuilder builder = new() { CompressionType = compression };
        Append(builder, TestBroker.StartMs, values);
        return builder.Build().ToArray();
    }

    /// <summary>One batch of an idempotent producer.</summary>
    public static byte[] Sequenced(long producerId, short epoch, int baseSequence, params string[] values)
    {
        RecordBatchBuilder builder = new() { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = baseSequence };
        Append(builder, TestBroker.StartMs, values);
        return builder.Build().ToArray();
    }

    /// <summary>One batch of a producer's transaction.</summary>
    public static byte[] Transactional(long producerId, short epoch, int baseSequence, params string[] values)
    {
        RecordBatchBuilder builder = new() { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = baseSequence, IsTransactional = true };
        Append(builder, TestBroker.StartMs, values);
        return builder.Build().ToArray();
    }

    /// <summary>One batch of records with keys.</summary>
    public static byte[] Keyed(params (string? Key, string? Value)[] records)
    {
        RecordBatchBuilder builder = new();
        foreach ((string? key, string? value) in records) builder.Append(TestBroker.StartMs, Bytes(key), Bytes(value));
        return builder.Build().ToArray();
    }

    /// <summary>One batch with one record of so many bytes.</summary>
    public static byte[] OfSize(int valueBytes, CompressionType compression = CompressionType.None, bool random = false)
    {
        byte[] value = new byte[valueBytes];
        if (random) new Random(valueBytes).NextBytes(value);
        RecordBatchBuilder builder = new() { CompressionType = compression };
        builder.Append(TestBroker.StartMs, NullableBytes.Null, value);
        return builder.Build().ToArray();
    }

    /// <summary>The base offsets of the batches in an answer.</summary>
    public static List<long> BaseOffsets(Records records)
    {
        List<long> offsets = [];
        ForEach(records, batch => offsets.Add(new RecordBatchView(batch.Span).BaseOffset));
        return offsets;
    }

    /// <summary>Every record in an answer, also those below the offset asked for. Checks each batch's checksum.</summary>
    public static List<StoredRecord> Read(Records records)
    {
        List<StoredRecord> found = [];
        ForEach(records, batch => Read(batch.Span, found));
        return found;
    }

    /// <summary>The values of every record in an answer.</summary>
    public static List<string?> Values(Records records) => [.. Read(records).Select(static record => record.Value)];

    public static void ForEach(Records records, Action<ReadOnlyMemory<byte>> act)
    {
        ReadOnlyMemory<byte> rest = records.Bytes;
        while (rest.Length > 0)
        {
            int sizeBytes = new RecordBatchView(rest.Span).SizeBytes;
            sizeBytes.ShouldBeLessThanOrEqualTo(rest.Length, "the last batch is cut off");
            act(rest[..sizeBytes]);
            rest = rest[sizeBytes..];
        }
    }

    private static void Read(ReadOnlySpan<byte> bytes, List<StoredRecord> found)
    {
        RecordBatchView batch = new(bytes);
        batch.IsCrcValid().ShouldBeTrue();
        ArrayBufferWriter<byte> plain = new();
        ReadOnlySpan<byte> payload = batch.Payload;
        if (batch.CompressionType != CompressionType.None)
        {
            RecordCodec.TryDecompress(batch.CompressionType, payload, int.MaxValue, plain, out _).ShouldBeTrue();
            payload = plain.WrittenSpan;
        }
        RecordReader reader = new(payload, batch.RecordsCount);
        while (reader.MoveNext())
        {
            RecordView record = reader.Current;
            found.Add(new StoredRecord(
                batch.BaseOffset + record.OffsetDelta,
                batch.TimestampOf(record.TimestampDelta),
                record.IsKeyNull ? null : Encoding.UTF8.GetString(record.Key),
                record.IsValueNull ? null : Encoding.UTF8.GetString(record.Value)));
        }
        reader.Error.ShouldBe(RecordError.None);
    }

    private static void Append(RecordBatchBuilder builder, long timestampMs, string[] values)
    {
        foreach (string value in values) builder.Append(timestampMs++, NullableBytes.Null, Bytes(value));
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
