namespace Sluice.Broker.Network;

/// <summary>The running connections of one listener: somebody has to await each, and forget it when it has ended.</summary>
internal sealed class ConnectionTasks
{
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>Takes charge of <paramref name="connection"/>, which handles its own failures.</summary>
    public void Add(Task connection)
    {
        lock (_lock) _running.Add(connection);
        // The continuation cannot fail and nobody waits for it: the connection itself is what WhenAllEnded awaits.
        _ = connection.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Ends when all that were added have ended.</summary>
    public Task WhenAllEnded()
    {
        lock (_lock) return Task.WhenAll(_running);
    }

    private void Forget(Task connection)
    {
        lock (_lock) _running.Remove(connection);
    }
}
