namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>Where a transactional id stands. The numbers are those of the records.</summary>
internal enum TransactionStatus : sbyte
{
    /// <summary>It has a producer, and no transaction was ended under this producer yet.</summary>
    Empty = 0,

    /// <summary>A transaction is open.</summary>
    Ongoing = 1,

    /// <summary>A commit is decided, and told to the client; markers are being written.</summary>
    PrepareCommit = 2,

    /// <summary>An abort is decided; markers are being written.</summary>
    PrepareAbort = 3,

    /// <summary>The last transaction was committed: every partition has its marker.</summary>
    CompleteCommit = 4,

    /// <summary>The last transaction was aborted: every partition has its marker.</summary>
    CompleteAbort = 5,

    /// <summary>Kafka's name for one that is being removed; here it is never in that state, but clients may filter by it.</summary>
    Dead = 6,

    /// <summary>Kafka's name for one whose producer is being fenced; here it is never in that state, but clients may filter by it.</summary>
    PrepareEpochFence = 7,
}
