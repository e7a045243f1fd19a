using Sluice.Log;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>Asks a transaction's coordinator, before something is written inside the transaction, whether it may be (KIP-890).</summary>
internal sealed class TransactionVerifier(TransactionCoordinator coordinator)
{
    /// <summary>
    /// How often the coordinator is asked for one request. Once, and again for each transaction that ended while it was asked: its marker takes the guards away, though the answer
    /// may be about the transaction after it.
    /// </summary>
    public const int AttemptsMax = 3;

    /// <summary>Asks for some partitions.</summary>
    /// <param name="transactionalId">Whose transaction.</param>
    /// <param name="producer">Who writes.</param>
    /// <param name="partitions">Where to; at least one. A guard was taken on each.</param>
    /// <param name="mayAdd">True where the client leaves it to the broker to add partitions; false if it must have done that itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<VerificationOutcome> AskAsync(
        string transactionalId, ProducerIdentity producer, IReadOnlyList<TopicPartition> partitions, bool mayAdd, CancellationToken cancellationToken)
    {
        ErrorCode[] errors = new ErrorCode[partitions.Count];
        if (mayAdd)
        {
            AddPartitionsOutcome outcome = await coordinator.TryAddPartitionsAsync(
                transactionalId, producer, partitions, clientVersion: 2, cancellationToken).ConfigureAwait(false);
            Array.Fill(errors, outcome.Error);
            return new VerificationOutcome(errors, outcome.Hindered);
        }
        ErrorCode error = await coordinator.RunAsync(
            transactionalId, shard => shard.Verify(transactionalId, producer, partitions, errors), cancellationToken).ConfigureAwait(false);
        if (error != ErrorCode.None) Array.Fill(errors, error);
        return new VerificationOutcome(errors, null);
    }

    /// <inheritdoc cref="TransactionCoordinator.WaitForAsync"/>
    public ValueTask<bool> WaitForAsync(PreparedTransaction before, CancellationToken cancellationToken) => coordinator.WaitForAsync(before, cancellationToken);
}
