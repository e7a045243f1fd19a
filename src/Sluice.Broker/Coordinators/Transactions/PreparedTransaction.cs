using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Log;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>A transaction whose outcome is decided, while its markers are written.</summary>
/// <param name="transactionalId">Its id.</param>
/// <param name="marker">What every partition gets.</param>
/// <param name="partitions">The partitions.</param>
internal sealed class PreparedTransaction(string transactionalId, TransactionMarker marker, ImmutableHashSet<TopicPartition> partitions)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Transactional id.</summary>
    public string TransactionalId { get; } = transactionalId;

    /// <summary>What every partition gets.</summary>
    public TransactionMarker Marker { get; } = marker;

    /// <summary>The partitions that get it.</summary>
    public ImmutableHashSet<TopicPartition> Partitions { get; } = partitions;

    /// <summary>Ends when the transaction is complete, or when this broker gave it up.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Wakes those who wait for the end.</summary>
    public void End() => _ended.TrySetResult();
}
