using Sluice.Protocol.Records;

namespace Sluice.Bench.Load.Wire;

/// <summary>A record batch as a producer sends it.</summary>
/// <param name="Bytes">The whole batch.</param>
/// <param name="RecordsCount">Records in it.</param>
internal sealed record RecordBatchSample(byte[] Bytes, int RecordsCount)
{
    /// <summary>Fills a batch with records.</summary>
    /// <param name="recordBytes">Bytes of each record's value; the record has about 10 more.</param>
    /// <param name="batchBytes">Bytes of the batch before compression, at most; one record is always in it.</param>
    /// <param name="compression">Codec.</param>
    /// <param name="time">Clock of the records' timestamps.</param>
    /// <remarks>Values are of the kind that text and JSON are: each byte one of 16, so that codecs have something to do and cannot do everything.</remarks>
    public static RecordBatchSample Create(int recordBytes, int batchBytes, CompressionType compression, TimeProvider time)
    {
        var random = new Random(20_251);
        var builder = new RecordBatchBuilder { CompressionType = compression };
        byte[] value = new byte[recordBytes];
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        do
        {
            random.GetItems("0123456789abcdef"u8, value);
            builder.Append(nowMs, NullableBytes.Null, value);
        }
        while (builder.UncompressedSizeBytes + RecordBatchBuilder.RecordSizeBytesMax(0, recordBytes) <= batchBytes);
        return new RecordBatchSample(builder.Build().ToArray(), builder.RecordsCount);
    }
}
