using Sluice.Protocol.Records;

namespace Sluice.Client.Producing;

/// <summary>A record to be produced.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Key">Null = none. Copied when the record is appended.</param>
/// <param name="Value">Null = a tombstone in compacted topics. Copied when the record is appended.</param>
/// <param name="Partition">Null = by the key as Kafka's clients do it; without a key, one partition per batch in turn.</param>
/// <param name="TimestampMs">Milliseconds since the Unix epoch; null = now.</param>
/// <param name="Headers">Copied when the record is appended.</param>
public readonly record struct OutgoingRecord(
    string Topic,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    int? Partition = null,
    long? TimestampMs = null,
    ReadOnlyMemory<RecordHeader> Headers = default);
