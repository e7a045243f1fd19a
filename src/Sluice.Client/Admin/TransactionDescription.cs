namespace Sluice.Client.Admin;

/// <summary>A transactional id and its transaction, as the coordinator knows them.</summary>
/// <param name="TransactionalId">Transactional id.</param>
/// <param name="State">Such as <c>Ongoing</c> or <c>CompleteCommit</c>.</param>
/// <param name="ProducerId">The producer that has the id.</param>
/// <param name="ProducerEpoch">Its epoch: producers of the id with a smaller one are fenced.</param>
/// <param name="TimeoutMs">Time after which the coordinator aborts a transaction.</param>
/// <param name="StartTimeMs">When the transaction began, in milliseconds since the Unix epoch; null = none is open.</param>
/// <param name="CoordinatorId">Broker that coordinates it.</param>
/// <param name="Partitions">Partitions in the transaction whose end is not written yet, in ascending order.</param>
public sealed record TransactionDescription(
    string TransactionalId,
    string State,
    long ProducerId,
    short ProducerEpoch,
    int TimeoutMs,
    long? StartTimeMs,
    int CoordinatorId,
    IReadOnlyList<(string Topic, int Partition)> Partitions);
