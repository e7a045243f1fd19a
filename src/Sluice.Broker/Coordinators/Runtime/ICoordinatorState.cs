namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>What one shard keeps in memory: made by replaying its partition, changed by one operation at a time.</summary>
internal interface ICoordinatorState
{
    /// <summary>Takes in a record of the log, in the order of offsets, while loading.</summary>
    /// <exception cref="Exception">The record cannot be understood; the shard then stays unavailable.</exception>
    void Replay(in ReplayedRecord record);

    /// <summary>Takes in the end of a transaction, while loading.</summary>
    /// <param name="producerId">Whose transaction.</param>
    /// <param name="isCommit">Whether its records count now.</param>
    void ReplayEndOfTransaction(long producerId, bool isCommit);

    /// <summary>The whole log is in; timers start now.</summary>
    void OnLoaded();

    /// <summary>The shard is given up: everybody who waits is answered.</summary>
    void OnUnloaded();
}
