namespace Sluice.Log.Storage;

/// <summary>Runs removals after a delay, so that whoever is still reading a file has time to finish.</summary>
/// <remarks>Safe on any thread. <see cref="Dispose"/> runs what is still waiting.</remarks>
internal sealed class DelayedRemover(TimeProvider time) : IDisposable
{
    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();
    private readonly HashSet<Pending> _pending = [];
    private bool _disposed;

    /// <summary>Number of removals that wait for their time.</summary>
    public int PendingCount
    {
        get
        {
            lock (_lock)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>Runs an action once the delay has passed.</summary>
    /// <param name="remove">Must be quick and must not throw; runs on a timer's thread, or on the caller's once this is disposed.</param>
    /// <param name="delayMs">0 or more.</param>
    public void Schedule(Action remove, long delayMs)
    {
        var pending = new Pending(this, remove);
        lock (_lock)
        {
            if (!_disposed)
            {
                _pending.Add(pending);
                // Timers take at most about 49 days; a longer delay would only mean that the files wait for the next start.
                TimeSpan delay = TimeSpan.FromMilliseconds(Math.Min(delayMs, uint.MaxValue - 2));
                pending.Timer = _time.CreateTimer(static state => ((Pending)state!).Run(), pending, delay, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        remove();
    }

    public void Dispose()
    {
        Pending[] waiting;
        lock (_lock)
        {
            _disposed = true;
            waiting = [.. _pending];
        }

        foreach (Pending pending in waiting)
        {
            pending.Run();
        }
    }

    private sealed class Pending(DelayedRemover owner, Action remove)
    {
        public ITimer? Timer { get; set; }

        public void Run()
        {
            lock (owner._lock)
            {
                if (!owner._pending.Remove(this))
                {
                    return;
                }
            }

            Timer?.Dispose();
            remove();
        }
    }
}
