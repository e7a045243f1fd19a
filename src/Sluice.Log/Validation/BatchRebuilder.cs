using Sluice.Protocol.Records;

namespace Sluice.Log.Validation;

/// <summary>Builds a batch anew where the producer's bytes cannot be stored: another codec, or inner offsets with gaps.</summary>
internal static class BatchRebuilder
{
    /// <summary>Decodes a batch that was found valid and encodes it with the topic's codec.</summary>
    /// <param name="bytes">The producer's batch.</param>
    /// <param name="config">The topic's settings.</param>
    /// <param name="validation">Verdict on the batch.</param>
    /// <param name="decompressedBytesMax">Bytes that the records may decompress to.</param>
    /// <returns>A new batch with base offset 0, in memory of its own.</returns>
    /// <remarks>Rare, so it allocates: nobody configures a codec other than the producers' for a topic that must be fast.</remarks>
    public static Memory<byte> Rebuild(ReadOnlySpan<byte> bytes, LogConfig config, in BatchValidation validation, int decompressedBytesMax)
    {
        var batch = new RecordBatchView(bytes);
        CompressionType target = config.CompressionType ?? batch.CompressionType;
        bool isLogAppendTime = config.MessageTimestampType == TimestampType.LogAppendTime;
        var builder = new RecordBatchBuilder
        {
            CompressionType = target,
            CompressionLevel = target is CompressionType.Gzip or CompressionType.Lz4 or CompressionType.Zstd ? config.LevelOf(target) : null,
            TimestampType = config.MessageTimestampType,
            MaxTimestampMs = isLogAppendTime ? validation.MaxTimestamp : null,
            ProducerId = batch.ProducerId,
            ProducerEpoch = batch.ProducerEpoch,
            BaseSequence = batch.BaseSequence,
            IsTransactional = batch.IsTransactional,
        };

        using RecordsBuffer records = RecordsBuffer.Rent();
        if (!RecordCodec.TryDecompress(batch.CompressionType, batch.Payload, decompressedBytesMax, records, out DecompressError error))
        {
            throw new InvalidOperationException($"A batch that was found valid does not decompress: {error}.");
        }

        var reader = new RecordReader(records.WrittenSpan, batch.RecordsCount);
        while (reader.MoveNext())
        {
            RecordView record = reader.Current;
            builder.Append(reader.ReadCount - 1, batch.BaseTimestamp + record.TimestampDelta, record);
        }

        return builder.Build();
    }
}
