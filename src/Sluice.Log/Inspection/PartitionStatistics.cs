namespace Sluice.Log.Inspection;

/// <summary>What is in one partition, in numbers.</summary>
/// <remarks>Of sound batches only; <see cref="DamagedBytes"/> says what was passed over.</remarks>
public sealed record PartitionStatistics
{
    /// <summary>Name of the partition's directory, or of the segment.</summary>
    public required string Name { get; init; }

    /// <summary>Topic; the name where that is not a partition's.</summary>
    public required string Topic { get; init; }

    /// <summary>Segments.</summary>
    public int SegmentsCount { get; init; }

    /// <summary>Bytes of the <c>.log</c> files.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of them that are no sound batches.</summary>
    public long DamagedBytes { get; init; }

    /// <summary>Batches, control batches left out.</summary>
    public long BatchesCount { get; init; }

    /// <summary>Markers of transactions and other control batches.</summary>
    public long ControlBatchesCount { get; init; }

    /// <summary>Records, control records left out.</summary>
    public long RecordsCount { get; init; }

    /// <summary>Offset of the first batch; -1 if there is none.</summary>
    public long FirstOffset { get; init; }

    /// <summary>Offset after the last batch.</summary>
    public long NextOffset { get; init; }

    /// <summary>Smallest timestamp of a batch's first record, in milliseconds since the Unix epoch; -1 = none.</summary>
    public long MinTimestampMs { get; init; }

    /// <summary>Largest timestamp, in milliseconds since the Unix epoch; -1 = none.</summary>
    public long MaxTimestampMs { get; init; }

    /// <summary>Codecs that occur, the one with the most bytes first.</summary>
    public required IReadOnlyList<CodecStatistics> Codecs { get; init; }

    /// <summary>Whether the batches were decompressed.</summary>
    public bool IsDeep { get; init; }

    /// <summary>Entries of the offset indexes.</summary>
    public long IndexEntriesCount { get; init; }

    /// <summary>Idempotent producers that wrote batches which are still there; counted up to <see cref="LogStatistics.ProducersMax"/>.</summary>
    public int ProducersCount { get; init; }

    /// <summary>Transactions in the indexes of aborted ones.</summary>
    public long AbortedCount { get; init; }

    /// <summary>Transactions with records and without a marker.</summary>
    public int OpenTransactionsCount { get; init; }

    /// <summary>Bytes of the sound batches.</summary>
    public long BatchBytes => Codecs.Sum(static codec => codec.Bytes);

    /// <summary>Uncompressed size by size; null if nobody looked.</summary>
    public double? CompressionRatio => IsDeep && BatchBytes > 0 ? (double)Codecs.Sum(static codec => codec.UncompressedBytes) / BatchBytes : null;
}
