using System.Buffers;
using System.Buffers.Binary;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>Writes a coordinator's records into its partition.</summary>
/// <remarks>For one operation at a time. The bytes are in the page cache when an append returns; <see cref="FlushDueOffset"/> tells what must also be flushed.</remarks>
internal sealed class PartitionCoordinatorLog(PartitionLog log, TimeProvider time, CompressionType compression) : ICoordinatorLog
{
    private readonly RecordBatchBuilder _builder = new() { CompressionType = compression };
    private readonly ArrayBufferWriter<byte> _key = new();
    private readonly ArrayBufferWriter<byte> _value = new();

    /// <summary>Everything below it must be on the device before answers leave, as the topic's <c>flush.messages</c> wants it; 0 = nothing.</summary>
    public long FlushDueOffset { get; private set; }

    /// <inheritdoc/>
    public CoordinatorAppend Append(IReadOnlyList<CoordinatorRecord> records, CoordinatorTransaction? transaction = null)
    {
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        _builder.Clear();
        _builder.IsTransactional = transaction is not null;
        _builder.ProducerId = transaction?.ProducerId ?? RecordBatchFormat.NoProducerId;
        _builder.ProducerEpoch = transaction?.ProducerEpoch ?? RecordBatchFormat.NoProducerEpoch;
        foreach (CoordinatorRecord record in records)
        {
            Encode(_key, record.RecordType, record.Key, 0);
            if (record.Value is null)
            {
                _builder.Append(nowMs, _key.WrittenSpan, NullableBytes.Null);
                continue;
            }
            Encode(_value, record.ValueVersion, record.Value, record.ValueVersion);
            _builder.Append(nowMs, _key.WrittenSpan, _value.WrittenSpan);
        }
        AppendResult result = log.Append(_builder.Build(), AppendOrigin.Coordinator, new AppendOptions(log.LeaderEpoch) { TransactionGuard = transaction?.GuardId });
        if (result.ErrorCode != ErrorCode.None) return new CoordinatorAppend(CoordinatorErrors.FromAppend(result.ErrorCode), -1);
        if (result.IsFlushDue) FlushDueOffset = result.LastOffset + 1;
        return new CoordinatorAppend(ErrorCode.None, result.BaseOffset);
    }

    /// <inheritdoc/>
    public ErrorCode AppendMarker(in TransactionMarker marker)
    {
        byte[] batch = new byte[EndTransactionMarker.SizeBytes];
        EndTransactionMarker.Write(
            batch, marker.IsCommit, marker.ProducerId, marker.ProducerEpoch, marker.CoordinatorEpoch, time.GetUtcNow().ToUnixTimeMilliseconds());
        AppendResult result = log.Append(batch, AppendOrigin.Coordinator, new AppendOptions(log.LeaderEpoch) { IsTransactionVersion2 = marker.IsVersion2 });
        if (result is { ErrorCode: ErrorCode.None, IsFlushDue: true }) FlushDueOffset = result.LastOffset + 1;
        return result.ErrorCode;
    }

    private static void Encode(ArrayBufferWriter<byte> output, short prefix, IMessage message, short version)
    {
        output.ResetWrittenCount();
        int sizeBytes = sizeof(short) + message.Measure(version);
        Span<byte> place = output.GetSpan(sizeBytes)[..sizeBytes];
        BinaryPrimitives.WriteInt16BigEndian(place, prefix);
        var writer = new MessageWriter(place[sizeof(short)..]);
        message.Write(ref writer, version);
        output.Advance(sizeBytes);
    }
}
