using Sluice.Protocol.Records;

namespace Sluice.Differential;

/// <summary>What a batch of a scenario is made of.</summary>
internal sealed record BatchOptions
{
    public int RecordsCount { get; init; } = 1;

    public CompressionType Compression { get; init; }

    public int ValueBytes { get; init; } = 20;

    public bool HasKeys { get; init; } = true;

    /// <summary>Number of the first record's key.</summary>
    public int FirstKey { get; init; }

    /// <summary>False = the values are null, which a compacted topic takes for the keys' end.</summary>
    public bool HasValues { get; init; } = true;

    /// <summary>Timestamp of the first record, relative to the scenario's start. Each further record is one second later.</summary>
    public long StartMs { get; init; } = -1_000_000;

    /// <summary>Distance between the timestamps of two records.</summary>
    public long StepMs { get; init; } = 1000;

    public long ProducerId { get; init; } = -1;

    public short ProducerEpoch { get; init; } = -1;

    public int BaseSequence { get; init; } = -1;

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    public TimestampType TimestampType { get; init; }

    public long? MaxTimestampMs { get; init; }

    public long BaseOffset { get; init; }

    /// <summary>Distance between the offsets of two records.</summary>
    public int OffsetStep { get; init; } = 1;
}
