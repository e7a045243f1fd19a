using System.Buffers;
using System.Globalization;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Differential.Comparison;

/// <summary>Shows fetched records batch by batch: header fields by name, records by a digest of what they are when not compressed.</summary>
internal static class BatchFlattener
{
    private const int DecompressedBytesMax = 64 << 20;

    public static void Add(Records records, string path, Flattener flattener, List<KeyValuePair<string, string>> fields)
    {
        if (records.IsNull)
        {
            fields.Add(new(path, "null"));
            return;
        }
        ReadOnlySpan<byte> rest = records.Bytes.Span;
        int count = 0;
        while (rest.Length >= RecordBatchFormat.HeaderBytes && new RecordBatchView(rest).SizeBytes <= rest.Length)
        {
            RecordBatchView batch = new(rest[..new RecordBatchView(rest).SizeBytes]);
            AddBatch(batch, $"{path}[{count.ToString(CultureInfo.InvariantCulture)}]", flattener, fields);
            rest = rest[batch.SizeBytes..];
            count++;
        }
        fields.Add(new(path, $"{count} batches and {rest.Length} bytes of another"));
    }

    private static void AddBatch(RecordBatchView batch, string path, Flattener flattener, List<KeyValuePair<string, string>> fields)
    {
        fields.Add(new($"{path}.Offsets", $"{batch.BaseOffset} to {batch.LastOffset}"));
        fields.Add(new($"{path}.SizeBytes", $"{batch.SizeBytes}"));
        fields.Add(new($"{path}.LeaderEpoch", $"{batch.PartitionLeaderEpoch}"));
        fields.Add(new($"{path}.Magic", $"{batch.Magic}"));
        fields.Add(new($"{path}.Attributes", $"0x{batch.Attributes:x}"));
        fields.Add(new($"{path}.Timestamps", $"{flattener.MomentName(batch.BaseTimestamp)} to {flattener.MomentName(batch.MaxTimestamp)}"));
        fields.Add(new($"{path}.Producer", $"{flattener.ProducerName(batch.ProducerId)} epoch {batch.ProducerEpoch} sequence {batch.BaseSequence}"));
        fields.Add(new($"{path}.RecordsCount", $"{batch.RecordsCount}"));
        fields.Add(new($"{path}.Crc", batch.IsCrcValid() ? "valid" : "invalid"));
        fields.Add(new($"{path}.Records", Digest(batch)));
    }

    private static string Digest(RecordBatchView batch)
    {
        ArrayBufferWriter<byte> records = new();
        return RecordCodec.TryDecompress(batch.CompressionType, batch.Payload, DecompressedBytesMax, records, out DecompressError error)
            ? Flattener.Hash(records.WrittenSpan)
            : error.ToString();
    }
}
