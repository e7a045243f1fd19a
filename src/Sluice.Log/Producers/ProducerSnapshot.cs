using System.Buffers.Binary;
using Sluice.Protocol.Records;

namespace Sluice.Log.Producers;

/// <summary>The bytes of a <c>.snapshot</c> file: the producers of a partition as of an offset.</summary>
/// <remarks>Pure. Bytes: docs/formats/segment.md.</remarks>
internal static class ProducerSnapshot
{
    public const short CurrentVersion = 1;

    private const int CrcPosition = 2;
    private const int CountPosition = 6;
    private const int HeaderBytes = 10;
    private const int EntryBytes = 46;

    public static byte[] Encode(IReadOnlyCollection<ProducerState> producers)
    {
        var bytes = new byte[HeaderBytes + producers.Count * EntryBytes];
        BinaryPrimitives.WriteInt16BigEndian(bytes, CurrentVersion);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(CountPosition), producers.Count);
        int position = HeaderBytes;
        foreach (ProducerState producer in producers)
        {
            Span<byte> entry = bytes.AsSpan(position, EntryBytes);
            ProducerBatch last = producer.BatchesCount == 0 ? new ProducerBatch(-1, -1, 0, producer.LastTimestampMs) : producer.Last;
            BinaryPrimitives.WriteInt64BigEndian(entry, producer.ProducerId);
            BinaryPrimitives.WriteInt16BigEndian(entry[8..], producer.Epoch);
            BinaryPrimitives.WriteInt32BigEndian(entry[10..], last.LastSequence);
            BinaryPrimitives.WriteInt64BigEndian(entry[14..], last.LastOffset);
            BinaryPrimitives.WriteInt32BigEndian(entry[22..], last.OffsetDelta);
            BinaryPrimitives.WriteInt64BigEndian(entry[26..], producer.LastTimestampMs);
            BinaryPrimitives.WriteInt32BigEndian(entry[34..], producer.CoordinatorEpoch);
            BinaryPrimitives.WriteInt64BigEndian(entry[38..], producer.TransactionFirstOffset);
            position += EntryBytes;
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcPosition), Crc32C.Compute(bytes.AsSpan(CountPosition)));
        return bytes;
    }

    /// <summary>Reads a snapshot.</summary>
    /// <returns>False if the version, the CRC or the length is not what it should be: the file is then of no use.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, List<ProducerState> producers)
    {
        if (bytes.Length < HeaderBytes
            || BinaryPrimitives.ReadInt16BigEndian(bytes) != CurrentVersion
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcPosition..]) != Crc32C.Compute(bytes[CountPosition..]))
        {
            return false;
        }

        int count = BinaryPrimitives.ReadInt32BigEndian(bytes[CountPosition..]);
        if (count < 0 || count != (bytes.Length - HeaderBytes) / EntryBytes || (bytes.Length - HeaderBytes) % EntryBytes != 0)
        {
            return false;
        }

        for (int position = HeaderBytes; position < bytes.Length; position += EntryBytes)
        {
            producers.Add(DecodeEntry(bytes.Slice(position, EntryBytes)));
        }

        return true;
    }

    private static ProducerState DecodeEntry(ReadOnlySpan<byte> entry)
    {
        short epoch = BinaryPrimitives.ReadInt16BigEndian(entry[8..]);
        long lastTimestampMs = BinaryPrimitives.ReadInt64BigEndian(entry[26..]);
        var producer = new ProducerState(BinaryPrimitives.ReadInt64BigEndian(entry))
        {
            LastTimestampMs = lastTimestampMs,
            CoordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(entry[34..]),
            TransactionFirstOffset = BinaryPrimitives.ReadInt64BigEndian(entry[38..]),
        };
        var last = new ProducerBatch(
            BinaryPrimitives.ReadInt32BigEndian(entry[10..]),
            BinaryPrimitives.ReadInt64BigEndian(entry[14..]),
            BinaryPrimitives.ReadInt32BigEndian(entry[22..]),
            lastTimestampMs);
        producer.SetEpoch(epoch);
        if (last.LastOffset >= 0)
        {
            producer.Add(epoch, last);
        }

        return producer;
    }
}
