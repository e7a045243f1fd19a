using System.Buffers.Binary;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Groups;

/// <summary>A coordinator's log in memory: keeps the bytes of what was written, so that a test can have it read back.</summary>
internal sealed class MemoryCoordinatorLog : ICoordinatorLog
{
    private readonly List<(short Type, byte[] Key, byte[]? Value, long ProducerId)> _records = [];
    private readonly StringCache _strings = new();

    /// <summary>What the next appends answer.</summary>
    public ErrorCode Error { get; set; }

    /// <summary>Records written so far.</summary>
    public int Count => _records.Count;

    /// <summary>Types of the records, in order.</summary>
    public IEnumerable<short> Types => _records.Select(static record => record.Type);

    /// <summary>Batches written so far.</summary>
    public int BatchCount { get; private set; }

    public CoordinatorAppend Append(IReadOnlyList<CoordinatorRecord> records, CoordinatorTransaction? transaction = null)
    {
        if (Error != ErrorCode.None) return new CoordinatorAppend(Error, -1);
        long baseOffset = _records.Count;
        foreach (CoordinatorRecord record in records)
            _records.Add((record.RecordType, Encode(record.Key, 0), record.Value is null ? null : EncodeValue(record.Value, record.ValueVersion), transaction?.ProducerId ?? -1));
        BatchCount++;
        return new CoordinatorAppend(ErrorCode.None, baseOffset);
    }

    /// <summary>The ends of transactions that were written, in order.</summary>
    public List<TransactionMarker> Markers { get; } = [];

    public ErrorCode AppendMarker(in TransactionMarker marker)
    {
        if (Error == ErrorCode.None) Markers.Add(marker);
        return Error;
    }

    /// <summary>Reads everything into a state.</summary>
    public void ReplayInto(ICoordinatorState state)
    {
        for (int offset = 0; offset < _records.Count; offset++)
        {
            (short type, byte[] key, byte[]? value, long producerId) = _records[offset];
            state.Replay(new ReplayedRecord(type, key, value is null ? (ReadOnlyMemory<byte>?)null : value.AsMemory(), offset, TimestampMs: 0, producerId, _strings));
        }
    }

    private static byte[] Encode(IMessage message, short version)
    {
        byte[] bytes = new byte[message.Measure(version)];
        var writer = new MessageWriter(bytes);
        message.Write(ref writer, version);
        writer.Position.ShouldBe(bytes.Length);
        return bytes;
    }

    private static byte[] EncodeValue(IMessage message, short version)
    {
        byte[] bytes = new byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, version);
        return [.. bytes, .. Encode(message, version)];
    }
}
