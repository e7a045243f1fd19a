using System.Text;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Support;

/// <summary>A data record as a consumer of a compacted topic sees it.</summary>
internal sealed record KeyedRecord(long Offset, string? Key, string? Value, long TimestampMs)
{
    /// <summary>Every data record from an offset on, through reads of a given size. Every batch on the way must be sound.</summary>
    public static List<KeyedRecord> ReadAll(PartitionLog log, long fromOffset = -1, int maxBytes = int.MaxValue)
    {
        var records = new List<KeyedRecord>();
        foreach (byte[] bytes in ReadBatches(log, fromOffset, maxBytes))
        {
            records.AddRange(Of(bytes).Where(record => record.Offset >= fromOffset));
        }

        return records;
    }

    /// <summary>Every batch from the one with an offset on.</summary>
    public static List<byte[]> ReadBatches(PartitionLog log, long fromOffset = -1, int maxBytes = int.MaxValue)
    {
        var batches = new List<byte[]>();
        long offset = fromOffset < 0 ? log.LogStartOffset : fromOffset;
        while (true)
        {
            LogReadResult result = log.Read(offset, maxBytes, log.HighWatermark, minOneMessage: true);
            ReadOnlySpan<byte> bytes = LogReader.Take(result);
            if (bytes.IsEmpty)
            {
                result.Status.ShouldBe(LogReadStatus.Empty);
                return batches;
            }

            while (!bytes.IsEmpty)
            {
                RecordBatchValidator.Validate(bytes).ShouldBe(RecordBatchStatus.Valid);
                var view = new RecordBatchView(bytes);
                view.NextOffset.ShouldBeGreaterThan(offset);
                offset = view.NextOffset;
                batches.Add(bytes[..view.SizeBytes].ToArray());
                bytes = bytes[view.SizeBytes..];
            }
        }
    }

    /// <summary>Compares two lists, and names the first difference rather than all of both.</summary>
    public static void ShouldBeEqual(List<KeyedRecord> actual, List<KeyedRecord> expected, string context)
    {
        for (int index = 0; index < Math.Min(actual.Count, expected.Count); index++)
        {
            actual[index].ShouldBe(expected[index], context);
        }

        actual.Count.ShouldBe(expected.Count, context);
    }

    /// <summary>The data records of one batch.</summary>
    public static List<KeyedRecord> Of(ReadOnlySpan<byte> batch)
    {
        var records = new List<KeyedRecord>();
        var view = new RecordBatchView(batch);
        if (view.IsControl)
        {
            return records;
        }

        var payload = new System.Buffers.ArrayBufferWriter<byte>();
        RecordCodec.TryDecompress(view.CompressionType, view.Payload, 1 << 26, payload, out _).ShouldBeTrue();
        var reader = new RecordReader(payload.WrittenSpan, view.RecordsCount);
        while (reader.MoveNext())
        {
            RecordView record = reader.Current;
            records.Add(new KeyedRecord(
                view.BaseOffset + record.OffsetDelta,
                record.IsKeyNull ? null : Encoding.UTF8.GetString(record.Key),
                record.IsValueNull ? null : Encoding.UTF8.GetString(record.Value),
                view.TimestampOf(record.TimestampDelta)));
        }

        reader.Error.ShouldBe(RecordError.None);
        return records;
    }
}
