using System.Buffers;
using System.Buffers.Binary;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Records;
using Sluice.Transfer;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>Reads a coordinator's partition from its start to its end into a state.</summary>
/// <param name="log">The partition; nobody appends to it meanwhile but the coordinator that is being loaded, so nobody does.</param>
/// <param name="chunkBytes">Most bytes read at a time, except for a batch that is longer.</param>
/// <param name="decompressedBytesMax">Most bytes that one batch may unpack to.</param>
internal sealed class CoordinatorLogReader(PartitionLog log, int chunkBytes, int decompressedBytesMax)
{
    private readonly StringCache _strings = new();
    private ArrayBufferWriter<byte>? _decompressed;

    /// <summary>Reads everything.</summary>
    /// <returns>Records read, tombstones included.</returns>
    /// <exception cref="IOException">The log cannot be read.</exception>
    /// <exception cref="InvalidDataException">A batch or a record is not what a coordinator writes.</exception>
    /// <exception cref="WireFormatException">A key or value cannot be read.</exception>
    public long ReplayInto(ICoordinatorState state, CancellationToken cancellationToken)
    {
        long recordCount = 0;
        byte[] buffer = [];
        for (long offset = log.LogStartOffset; offset < log.LogEndOffset;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogReadResult read = log.Read(offset, chunkBytes, log.LogEndOffset, minOneMessage: true);
            if (read.Status == LogReadStatus.Empty) break; // Compaction emptied the tail.
            if (read.Status != LogReadStatus.Region) throw new IOException($"{log.TopicPartition}: reading at offset {offset} failed ({read.Status})");
            try
            {
                if (buffer.Length < read.LengthBytes) buffer = new byte[Math.Max(read.LengthBytes, Math.Min(2 * buffer.Length, chunkBytes))];
                ReadFully(read.Region, buffer);
            }
            finally
            {
                read.Region.Release();
            }
            recordCount += Replay(buffer.AsMemory(0, read.LengthBytes), offset, state);
            offset = read.NextOffset;
        }
        return recordCount;
    }

    private static void ReadFully(in FileRegion region, byte[] buffer)
    {
        for (int done = 0; done < region.LengthBytes;)
        {
            int got = RandomAccess.Read(region.File.Handle, buffer.AsSpan(done, region.LengthBytes - done), region.PositionBytes + done);
            if (got == 0) throw new EndOfStreamException($"{region.File.Path} ends before position {region.PositionBytes + region.LengthBytes}");
            done += got;
        }
    }

    private long Replay(ReadOnlyMemory<byte> chunk, long firstOffset, ICoordinatorState state)
    {
        long recordCount = 0;
        for (int position = 0; position < chunk.Length;)
        {
            ReadOnlyMemory<byte> rest = chunk[position..];
            if (RecordBatchValidator.Validate(rest.Span) != RecordBatchStatus.Valid)
                throw new InvalidDataException($"{log.TopicPartition}: the batch {position} bytes behind offset {firstOffset} is damaged");
            var batch = new RecordBatchView(rest.Span);
            ReadOnlyMemory<byte> bytes = rest[..batch.SizeBytes];
            if (batch.IsControl) ReplayControl(bytes.Span, state);
            else recordCount += ReplayRecords(bytes, firstOffset, state);
            position += bytes.Length;
        }
        return recordCount;
    }

    private static void ReplayControl(ReadOnlySpan<byte> bytes, ICoordinatorState state)
    {
        var batch = new RecordBatchView(bytes);
        var records = new RecordReader(batch.Payload, batch.RecordsCount);
        while (records.MoveNext())
        {
            if (ControlRecordKey.TryRead(records.Current.Key, out ControlRecordType type) && type is ControlRecordType.Commit or ControlRecordType.Abort)
                state.ReplayEndOfTransaction(batch.ProducerId, type == ControlRecordType.Commit);
        }
    }

    private long ReplayRecords(ReadOnlyMemory<byte> bytes, long firstOffset, ICoordinatorState state)
    {
        var batch = new RecordBatchView(bytes.Span);
        ReadOnlyMemory<byte> payload = bytes[RecordBatchFormat.RecordsPosition..];
        if (batch.CompressionType != CompressionType.None)
        {
            (_decompressed ??= new ArrayBufferWriter<byte>()).ResetWrittenCount();
            if (!RecordCodec.TryDecompress(batch.CompressionType, payload.Span, decompressedBytesMax, _decompressed, out DecompressError error))
                throw new InvalidDataException($"{log.TopicPartition}: the batch at offset {batch.BaseOffset} cannot be decompressed: {error}");
            payload = _decompressed.WrittenMemory;
        }
        long recordCount = 0;
        long producerId = batch.IsTransactional ? batch.ProducerId : RecordBatchFormat.NoProducerId;
        ReadOnlySpan<byte> span = payload.Span;
        var records = new RecordReader(span, batch.RecordsCount);
        while (records.MoveNext())
        {
            RecordView record = records.Current;
            long offset = batch.BaseOffset + record.OffsetDelta;
            if (offset < firstOffset) continue;
            if (record.Key.Length < sizeof(short)) throw new InvalidDataException($"{log.TopicPartition}: the record at offset {offset} has no key");
            state.Replay(new ReplayedRecord(
                BinaryPrimitives.ReadInt16BigEndian(record.Key),
                Slice(payload, record.Key)[sizeof(short)..],
                record.IsValueNull ? (ReadOnlyMemory<byte>?)null : Slice(payload, record.Value), // A bare null would become empty memory.
                offset,
                batch.TimestampOf(record.TimestampDelta),
                producerId,
                _strings));
            recordCount++;
        }
        if (records.Error != RecordError.None) throw new InvalidDataException($"{log.TopicPartition}: the batch at offset {batch.BaseOffset} holds damaged records: {records.Error}");
        return recordCount;
    }

    // The reader hands out spans; messages need the memory that they lie in.
    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> payload, ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty) return ReadOnlyMemory<byte>.Empty;
        payload.Span.Overlaps(part, out int position);
        return payload.Slice(position, part.Length);
    }
}
