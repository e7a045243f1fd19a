namespace Sluice.Testing;

/// <summary>A transactional id and its transaction at one moment.</summary>
/// <param name="TransactionalId">The <c>transactional.id</c>.</param>
/// <param name="State">As Kafka names it: <c>Empty</c>, <c>Ongoing</c>, <c>PrepareCommit</c>, <c>PrepareAbort</c>, <c>CompleteCommit</c>, <c>CompleteAbort</c>.</param>
/// <param name="ProducerId">The producer that has the id.</param>
/// <param name="ProducerEpoch">Its epoch; producers of the id with a smaller one are fenced.</param>
/// <param name="Timeout">After so long the broker aborts a transaction, by its clock.</param>
/// <param name="StartedAt">By the broker's clock; null = no transaction is open.</param>
/// <param name="Partitions">Partitions in the transaction whose end is not written yet, in ascending order.</param>
public sealed record BrokerTransaction(
    string TransactionalId,
    string State,
    long ProducerId,
    short ProducerEpoch,
    TimeSpan Timeout,
    DateTimeOffset? StartedAt,
    IReadOnlyList<(string Topic, int Partition)> Partitions);
