namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>The transaction that records are written in.</summary>
/// <param name="ProducerId">0 or more.</param>
/// <param name="ProducerEpoch">0 or more.</param>
/// <param name="GuardId">Id of the guard that was taken on the coordinator's partition before the transaction's coordinator was asked; 0 if the
/// transaction was open there already. The append is refused with INVALID_TXN_STATE if the transaction ended meanwhile.</param>
internal readonly record struct CoordinatorTransaction(long ProducerId, short ProducerEpoch, long GuardId);
