using Sluice.Protocol.Records;

namespace Sluice.Log.Segments;

/// <summary>What a log keeps in mind of a batch while it appends, scans or recovers: the header's fields as a value.</summary>
/// <remarks>Old formats (magic 0 and 1) have no producer fields and know only their last offset.</remarks>
internal readonly record struct BatchHeader
{
    public long BaseOffset { get; init; }

    /// <summary>Inclusive.</summary>
    public long LastOffset { get; init; }

    public int SizeBytes { get; init; }

    public int LeaderEpoch { get; init; }

    public byte Magic { get; init; }

    public CompressionType CompressionType { get; init; }

    public TimestampType TimestampType { get; init; }

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    public long MaxTimestamp { get; init; }

    /// <summary>Largest timestamp of the batch's records; -1 if compaction has taken them all, whose header still says when its producer wrote.</summary>
    public long RecordsMaxTimestamp => RecordsCount > 0 ? MaxTimestamp : RecordBatchFormat.NoTimestamp;

    public long ProducerId { get; init; }

    public short ProducerEpoch { get; init; }

    public int BaseSequence { get; init; }

    public int LastSequence { get; init; }

    public int RecordsCount { get; init; }

    public long NextOffset => LastOffset + 1;

    public bool HasProducerId => ProducerId >= 0;

    /// <summary>Takes the fields out of a batch whose header was found valid.</summary>
    /// <param name="batch">At least the header's bytes.</param>
    public static BatchHeader Read(ReadOnlySpan<byte> batch)
    {
        var view = new RecordBatchView(batch);
        if (view.Magic != RecordBatchFormat.CurrentMagic)
        {
            return ReadLegacy(batch);
        }

        return new BatchHeader
        {
            BaseOffset = view.BaseOffset,
            LastOffset = view.LastOffset,
            SizeBytes = view.SizeBytes,
            LeaderEpoch = view.PartitionLeaderEpoch,
            Magic = view.Magic,
            CompressionType = view.CompressionType,
            TimestampType = view.TimestampType,
            IsTransactional = view.IsTransactional,
            IsControl = view.IsControl,
            MaxTimestamp = view.MaxTimestamp,
            ProducerId = view.ProducerId,
            ProducerEpoch = view.ProducerEpoch,
            BaseSequence = view.BaseSequence,
            LastSequence = view.LastSequence,
            RecordsCount = view.RecordsCount,
        };
    }

    private static BatchHeader ReadLegacy(ReadOnlySpan<byte> batch)
    {
        var view = new LegacyBatchView(batch);
        return new BatchHeader
        {
            BaseOffset = view.LastOffset,
            LastOffset = view.LastOffset,
            SizeBytes = view.SizeBytes,
            LeaderEpoch = RecordBatchFormat.NoLeaderEpoch,
            Magic = view.Magic,
            CompressionType = view.CompressionType,
            TimestampType = view.TimestampType,
            MaxTimestamp = view.MaxTimestamp,
            ProducerId = RecordBatchFormat.NoProducerId,
            ProducerEpoch = RecordBatchFormat.NoProducerEpoch,
            BaseSequence = RecordBatchFormat.NoSequence,
            LastSequence = RecordBatchFormat.NoSequence,
            RecordsCount = 1,
        };
    }
}
