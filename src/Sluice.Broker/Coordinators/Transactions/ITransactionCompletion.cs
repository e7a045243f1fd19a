namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>Writes the markers of transactions whose outcome is decided, beside the shard.</summary>
internal interface ITransactionCompletion
{
    /// <summary>Begins to write the markers; when all of them are there, <see cref="TransactionShard.Complete"/> is called as an operation of the shard.</summary>
    void Begin(PreparedTransaction prepared);
}
