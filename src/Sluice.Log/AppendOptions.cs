namespace Sluice.Log;

/// <summary>What the caller of an append knows and the batch does not say.</summary>
/// <param name="LeaderEpoch">
/// Epoch under which this broker leads, written into the batch; for <see cref="AppendOrigin.Replication"/> the epoch that the follower fetched
/// with: batches of a later one are left out.
/// </param>
public readonly record struct AppendOptions(int LeaderEpoch)
{
    /// <summary>Whether Zstandard is refused, as it is for Produce below version 7.</summary>
    public bool RefuseZstd { get; init; }

    /// <summary>
    /// Whether the producer speaks transaction version 2: an unknown transactional producer must start with sequence 0, and markers carry the
    /// epoch after the bump.
    /// </summary>
    public bool IsTransactionVersion2 { get; init; }

    /// <summary>
    /// For transactional batches of clients and coordinators: <see cref="TransactionGuard.Id"/> of what <see cref="PartitionLog.TakeTransactionGuard"/>
    /// gave for this write. Null to append without having asked the transaction's coordinator.
    /// </summary>
    public long? TransactionGuard { get; init; }
}
