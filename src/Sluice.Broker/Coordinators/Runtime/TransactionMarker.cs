namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>The end of a producer's transaction, as it is written into every partition that the transaction touched.</summary>
/// <param name="ProducerId">0 or more.</param>
/// <param name="ProducerEpoch">The epoch that it ends under; in version 2 one above that of the transaction's records.</param>
/// <param name="IsCommit">Whether the records count.</param>
/// <param name="CoordinatorEpoch">Leader epoch of the coordinator's partition; a lower one than a partition has seen is refused.</param>
/// <param name="IsVersion2">Whether the epoch was raised for the marker (KIP-890).</param>
internal readonly record struct TransactionMarker(long ProducerId, short ProducerEpoch, bool IsCommit, int CoordinatorEpoch, bool IsVersion2);
