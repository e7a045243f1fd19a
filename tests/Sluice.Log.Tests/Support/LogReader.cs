using System.Text;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Support;

/// <summary>Reads a log the way a consumer does.</summary>
internal static class LogReader
{
    /// <summary>Bytes of one read, its reference given back; empty without a region.</summary>
    public static byte[] ReadBytes(this PartitionLog log, long offset, int maxBytes = int.MaxValue, bool minOneMessage = true)
    {
        LogReadResult result = log.Read(offset, maxBytes, log.HighWatermark, minOneMessage);
        result.Status.ShouldBeOneOf(LogReadStatus.Empty, LogReadStatus.Region);
        return Take(result);
    }

    public static byte[] Take(LogReadResult result)
    {
        if (result.Status != LogReadStatus.Region)
        {
            return [];
        }

        var bytes = new byte[result.Region.LengthBytes];
        RandomAccess.Read(result.Region.File.Handle, bytes, result.Region.PositionBytes).ShouldBe(bytes.Length);
        result.Region.Release();
        return bytes;
    }

    /// <summary>Offset and value of every record from an offset on, through reads of a given size.</summary>
    public static List<(long Offset, string Value)> Values(this PartitionLog log, long fromOffset = -1, int maxBytes = int.MaxValue)
    {
        var values = new List<(long Offset, string Value)>();
        long offset = fromOffset < 0 ? log.LogStartOffset : fromOffset;
        while (true)
        {
            byte[] bytes = log.ReadBytes(offset, maxBytes);
            if (bytes.Length == 0)
            {
                return values;
            }

            offset = Parse(bytes, offset, values);
        }
    }

    /// <summary>Number of whole batches in some bytes, which must end with one.</summary>
    public static int CountBatches(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        while (!bytes.IsEmpty)
        {
            RecordBatchValidator.Validate(bytes).ShouldBe(RecordBatchStatus.Valid);
            bytes = bytes[new RecordBatchView(bytes).SizeBytes..];
            count++;
        }

        return count;
    }

    private static long Parse(ReadOnlySpan<byte> bytes, long offset, List<(long Offset, string Value)> values)
    {
        while (!bytes.IsEmpty)
        {
            RecordBatchValidator.Validate(bytes).ShouldBe(RecordBatchStatus.Valid);
            var batch = new RecordBatchView(bytes);
            var payload = new System.Buffers.ArrayBufferWriter<byte>();
            RecordCodec.TryDecompress(batch.CompressionType, batch.Payload, 1 << 24, payload, out _).ShouldBeTrue();
            var reader = new RecordReader(payload.WrittenSpan, batch.RecordsCount);
            while (reader.MoveNext())
            {
                long recordOffset = batch.BaseOffset + reader.Current.OffsetDelta;
                if (recordOffset >= offset && !batch.IsControl)
                {
                    values.Add((recordOffset, Encoding.UTF8.GetString(reader.Current.Value)));
                }
            }

            offset = Math.Max(offset, batch.NextOffset);
            bytes = bytes[batch.SizeBytes..];
        }

        return offset;
    }
}
