namespace Sluice.Broker.Fetching;

/// <summary>Waiting fetches that a request has given enough to answer: they go on in its thread, once its own answer is out.</summary>
/// <remarks>
/// Handing each to another thread costs more than answering it: that thread has to be woken. One per connection, used by its loop alone; who collects for the
/// thread that runs now is known to that thread. What a fetch that went on wakes in its turn is left to the thread pool, so that nothing nests.
/// </remarks>
internal sealed class WokenFetches
{
    /// <summary>Fetches that one request's thread answers; further ones are the thread pool's, on which they run beside each other.</summary>
    internal const int CountMax = 16;

    [ThreadStatic]
    private static WokenFetches? t_collector;

    [ThreadStatic]
    private static bool t_isRunning;

    private FetchWaiter[] _waiters = [];
    private int _count;

    /// <summary>From here on to <see cref="End"/> this thread's requests wake fetches into here.</summary>
    public void Begin()
    {
        if (!t_isRunning) t_collector = this;
    }

    /// <summary>Ends what <see cref="Begin"/> began; on the same thread.</summary>
    public static void End() => t_collector = null;

    /// <summary>Leaves a fetch to the request that runs on this thread.</summary>
    /// <returns>False if none collects, or it has enough: the fetch has to go on elsewhere.</returns>
    public static bool TryAdd(FetchWaiter waiter) => t_collector?.Add(waiter) == true;

    /// <summary>Lets the collected fetches go on, here and now.</summary>
    public void Run()
    {
        if (_count == 0) return;
        t_isRunning = true;
        try
        {
            for (int index = 0; index < _count; index++)
            {
                FetchWaiter waiter = _waiters[index];
                _waiters[index] = null!;
                waiter.GoOn(inline: true);
            }
        }
        finally
        {
            _count = 0;
            t_isRunning = false;
        }
    }

    private bool Add(FetchWaiter waiter)
    {
        if (_count == CountMax) return false;
        if (_waiters.Length == 0) _waiters = new FetchWaiter[CountMax];
        _waiters[_count++] = waiter;
        return true;
    }
}
