namespace Sluice.Broker.Coordinators.Groups;

/// <summary>Work that a shard has done beside itself, because it takes too long for an operation.</summary>
internal interface IBackgroundWork
{
    /// <summary>Does something elsewhere, and comes back with the result.</summary>
    /// <param name="work">Run on another thread; must not touch the shard and must not throw.</param>
    /// <param name="then">Run as an operation of the shard, unless that is given up meanwhile.</param>
    void Run<T>(Func<T> work, Action<T> then);

    /// <summary>Has something done elsewhere that itself waits for others, and comes back with the result.</summary>
    /// <inheritdoc cref="Run"/>
    void RunWaiting<T>(Func<ValueTask<T>> work, Action<T> then);
}
