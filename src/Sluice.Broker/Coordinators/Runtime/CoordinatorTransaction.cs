namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>The transaction that records are written in.</summary>
/// <param name="ProducerId">0 or more.</param>
/// <param name="ProducerEpoch">0 or more.</param>
internal readonly record struct CoordinatorTransaction(long ProducerId, short ProducerEpoch);
