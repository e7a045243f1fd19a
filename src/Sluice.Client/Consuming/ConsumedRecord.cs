using Sluice.Protocol.Records;

namespace Sluice.Client.Consuming;

/// <summary>A record as it was read. Its bytes belong to whoever got it and stay as they are.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">0 or more.</param>
/// <param name="Offset">0 or more.</param>
/// <param name="TimestampMs">Milliseconds since the Unix epoch; -1 = none.</param>
/// <param name="TimestampType">Whose clock that was.</param>
/// <param name="Key">Null = none.</param>
/// <param name="Value">Null = a tombstone in compacted topics.</param>
/// <param name="Headers">In the order in which they were written.</param>
public sealed record ConsumedRecord(
    string Topic,
    int Partition,
    long Offset,
    long TimestampMs,
    TimestampType TimestampType,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<RecordHeader> Headers);
