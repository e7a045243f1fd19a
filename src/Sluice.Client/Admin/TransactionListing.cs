namespace Sluice.Client.Admin;

/// <summary>A transactional id in a list.</summary>
/// <param name="TransactionalId">Transactional id.</param>
/// <param name="ProducerId">The producer that has it.</param>
/// <param name="State">Such as <c>Ongoing</c> or <c>CompleteCommit</c>.</param>
/// <param name="CoordinatorId">Broker that coordinates it.</param>
public sealed record TransactionListing(string TransactionalId, long ProducerId, string State, int CoordinatorId);
