namespace Sluice.Log.Inspection;

/// <summary>What adds up while the segments of a partition are checked one after the other.</summary>
internal sealed class PartitionTally(FindingSink sink, LeaderEpochCheck epochs)
{
    public FindingSink Sink { get; } = sink;

    public LeaderEpochCheck Epochs { get; } = epochs;

    public TransactionTracker Transactions { get; } = new();

    public int SegmentsCount { get; set; }

    public long Bytes { get; set; }

    public long DamagedBytes { get; set; }

    public long BatchesCount { get; private set; }

    public long RecordsCount { get; private set; }

    /// <summary>Offset of the first sound batch; -1 before it.</summary>
    public long FirstOffset { get; private set; } = -1;

    /// <summary>Offset after the last sound batch; 0 before the first.</summary>
    public long NextOffset { get; set; }

    public void Add(in InspectedBatch batch)
    {
        BatchesCount++;
        RecordsCount += batch.IsControl ? 0 : batch.RecordsCount;
        FirstOffset = FirstOffset < 0 ? batch.BaseOffset : FirstOffset;
        NextOffset = Math.Max(NextOffset, batch.NextOffset);
    }
}
