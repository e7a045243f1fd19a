namespace Sluice.Testing;

/// <summary>The latest requests of a broker, in the order in which they were read.</summary>
/// <remarks>Safe for any thread. Holds at most <see cref="Capacity"/> requests; the oldest make room.</remarks>
public sealed class RequestJournal
{
    /// <summary>Most requests that are remembered.</summary>
    public const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<SeenRequest> _requests = new();
    private long _lastNumber;

    private readonly TimeProvider _time;

    /// <param name="time">The broker's clock.</param>
    internal RequestJournal(TimeProvider time) => _time = time;

    /// <summary>Requests remembered now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _requests.Count;
        }
    }

    /// <summary>Requests since the broker was made, remembered or not.</summary>
    public long TotalCount
    {
        get
        {
            lock (_lock) return _lastNumber;
        }
    }

    /// <summary>Forgets what was seen so far; numbers go on.</summary>
    public void Clear()
    {
        lock (_lock) _requests.Clear();
    }

    /// <summary>The requests that are remembered at this moment, oldest first.</summary>
    public IReadOnlyList<SeenRequest> Snapshot()
    {
        lock (_lock) return [.. _requests];
    }

    /// <summary>Waits until requests of a kind were seen and served, those counted that are remembered already.</summary>
    /// <param name="matches">Which; looks at finished requests only, so that <see cref="SeenRequest.Error"/> is known.</param>
    /// <param name="timeout">In real time, whatever the broker's clock does.</param>
    /// <param name="count">1 or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The first ones, oldest first.</returns>
    /// <exception cref="TimeoutException">They did not come; the message shows the latest that did.</exception>
    public async Task<IReadOnlyList<SeenRequest>> WaitForAsync(
        Func<SeenRequest, bool> matches, TimeSpan timeout, int count = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(matches);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Waiting waiting = new(_time, this, timeout);
        while (true)
        {
            SeenRequest[] found = [.. Snapshot().Where(static request => request.IsDone).Where(matches).Take(count)];
            if (found.Length == count) return found;
            if (waiting.IsOver) throw waiting.Fail($"{found.Length} of {count} requests were seen");
            await waiting.PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes in a request.</summary>
    /// <param name="make">Makes it from its number.</param>
    internal SeenRequest Add(Func<long, SeenRequest> make)
    {
        lock (_lock)
        {
            SeenRequest request = make(_lastNumber + 1);
            _lastNumber++;
            if (_requests.Count == Capacity) _requests.Dequeue();
            _requests.Enqueue(request);
            return request;
        }
    }
}
