namespace Sluice.Log.Compaction;

/// <summary>One thread that compacts, or moves logs: not one of the pool's, whose threads connections wait for.</summary>
/// <remarks>Ends when its token is cancelled, or when its work says that there are enough threads without it.</remarks>
internal sealed class CleanerThread
{
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;
    private readonly Func<CleanerThread, TimeSpan?> _work;
    private readonly object _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAwake;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Shown by debuggers and by <c>top -H</c>.</param>
    /// <param name="time">The clock of its rests.</param>
    /// <param name="work">Does one piece of work, and says how long to rest; null ends the thread. Must not throw.</param>
    /// <param name="stopping">Ends the thread.</param>
    public CleanerThread(string name, TimeProvider time, Func<CleanerThread, TimeSpan?> work, CancellationToken stopping)
    {
        _time = time;
        _work = work;
        _stopping = stopping;
        new Thread(Run) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Completes when the thread has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ends a rest: settings have changed.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isAwake = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        try
        {
            while (!_stopping.IsCancellationRequested && _work(this) is { } rest)
            {
                Rest(rest);
            }
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void Rest(TimeSpan rest)
    {
        if (rest <= TimeSpan.Zero)
        {
            return;
        }

        using ITimer timer = _time.CreateTimer(static state => ((CleanerThread)state!).Wake(), this, rest, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration stop = _stopping.Register(static state => ((CleanerThread)state!).Wake(), this);
        lock (_gate)
        {
            while (!_isAwake)
            {
                Monitor.Wait(_gate);
            }

            _isAwake = false;
        }
    }
}
