using System.Collections.Immutable;
using Sluice.Log;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>What is known of a transactional id: its producer, and the transaction that is open or was the last.</summary>
/// <param name="Id">Transactional id.</param>
internal sealed record Transaction(string Id)
{
    /// <summary>Producer id.</summary>
    public required long ProducerId { get; init; }

    /// <summary>Producer id before the last change, if that change went over to another one; else -1.</summary>
    public long PreviousProducerId { get; init; } = -1;

    /// <summary>While markers are written: producer id that the client goes on with, because the epochs of this one are used up; else -1.</summary>
    public long NextProducerId { get; init; } = -1;

    /// <summary>Epoch of the producer.</summary>
    public required short Epoch { get; init; }

    /// <summary>The epoch before, by which the repeated request of a client is recognised; -1 = none, and after a start of the broker.</summary>
    public short LastEpoch { get; init; } = -1;

    /// <summary>Milliseconds after which an open transaction is aborted.</summary>
    public required int TimeoutMs { get; init; }

    /// <summary>Where it stands.</summary>
    public required TransactionStatus Status { get; init; }

    /// <summary>Partitions that the transaction may have written to.</summary>
    public ImmutableHashSet<TopicPartition> Partitions { get; init; } = [];

    /// <summary>Unix time at which the open or last transaction began; -1 = there was none.</summary>
    public long StartMs { get; init; } = -1;

    /// <summary>Unix time of the last change.</summary>
    public required long UpdatedMs { get; init; }

    /// <summary>2 for the transaction of a client whose epoch is raised with every transaction (KIP-890); else 0.</summary>
    public short ClientVersion { get; init; }

    /// <summary>The producer.</summary>
    public ProducerIdentity Producer => new(ProducerId, Epoch);

    /// <summary>The producer that the client goes on with once markers are written.</summary>
    public ProducerIdentity NextProducer => NextProducerId >= 0 ? new(NextProducerId, 0) : Producer;

    /// <summary>Whether the outcome is decided and markers are being written.</summary>
    public bool IsPrepared => Status is TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort;

    /// <summary>Whether no client can be given a higher epoch of this producer id.</summary>
    public bool IsEpochExhausted => Epoch >= ProducerIdentity.LastEpochOfClients;
}
