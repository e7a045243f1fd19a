using System.Text;

namespace Sluice.Testing;

/// <summary>A record as the broker keeps it.</summary>
/// <param name="Partition">0 or more.</param>
/// <param name="Offset">0 or more.</param>
/// <param name="Timestamp">The record's own, to the millisecond.</param>
/// <param name="KeyBytes">Null = none.</param>
/// <param name="ValueBytes">Null = a tombstone in compacted topics.</param>
public sealed record BrokerRecord(int Partition, long Offset, DateTimeOffset Timestamp, ReadOnlyMemory<byte>? KeyBytes, ReadOnlyMemory<byte>? ValueBytes)
{
    /// <summary>The key as UTF-8; null = none.</summary>
    public string? Key => KeyBytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    /// <summary>The value as UTF-8; null = none.</summary>
    public string? Value => ValueBytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
}
