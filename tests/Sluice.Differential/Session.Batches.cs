using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sluice.Protocol.Records;

namespace Sluice.Differential;

// Batches to send: the same bytes for both peers.
internal sealed partial class Session
{
    /// <summary>A batch of records "key 0", "key 1"… with values that differ from record to record.</summary>
    public byte[] Batch(BatchOptions? options = null)
    {
        options ??= new BatchOptions();
        RecordBatchBuilder builder = new()
        {
            CompressionType = options.Compression,
            ProducerId = options.ProducerId,
            ProducerEpoch = options.ProducerEpoch,
            BaseSequence = options.BaseSequence,
            IsTransactional = options.IsTransactional,
            IsControl = options.IsControl,
            TimestampType = options.TimestampType,
            MaxTimestampMs = options.MaxTimestampMs,
        };
        RecordHeader[] headers = [new("trace", "abc"u8.ToArray()), new("empty", null)];
        for (int i = 0; i < options.RecordsCount; i++)
        {
            byte[]? key = options.HasKeys ? Encoding.UTF8.GetBytes($"key {(options.FirstKey + i).ToString(CultureInfo.InvariantCulture)}") : null;
            byte[]? value = options.HasValues ? new byte[options.ValueBytes] : null;
            for (int position = 0; position < value?.Length; position++) value[position] = (byte)('a' + ((position + i) % 26));
            builder.Append(i * options.OffsetStep, NowMs + options.StartMs + (i * options.StepMs), key, value, headers);
        }
        return builder.Build(options.BaseOffset).ToArray();
    }

    /// <summary>A batch of <paramref name="count"/> records.</summary>
    public byte[] Batch(int count, int valueBytes = 20, long startMs = -1_000_000) =>
        Batch(new BatchOptions { RecordsCount = count, ValueBytes = valueBytes, StartMs = startMs });

    /// <summary>The batch with other bytes at one place, and a CRC that fits.</summary>
    public static byte[] Patch(byte[] batch, int position, byte[] bytes)
    {
        byte[] patched = PatchBelowCrc(batch, position, bytes);
        RecordBatchPatch.WriteCrc(patched);
        return patched;
    }

    /// <summary>The batch with other bytes at one place and its old CRC.</summary>
    public static byte[] PatchBelowCrc(byte[] batch, int position, byte[] bytes)
    {
        byte[] patched = [.. batch];
        bytes.CopyTo(patched, position);
        return patched;
    }

    public static byte[] Bytes(short value)
    {
        byte[] bytes = new byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
