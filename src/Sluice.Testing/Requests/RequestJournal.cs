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

    internal RequestJournal()
    {
    }

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
