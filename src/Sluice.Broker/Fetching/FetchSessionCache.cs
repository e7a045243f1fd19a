using Sluice.Protocol;

namespace Sluice.Broker.Fetching;

/// <summary>All fetch sessions, at most <c>max.incremental.fetch.session.cache.slots</c>.</summary>
/// <remarks>
/// A client without a session still gets its answers, only in full each time; so a full cache refuses rather than evicts,
/// unless a session was unused for two minutes, or is worth less than the newcomer. Any thread, one lock.
/// </remarks>
internal sealed class FetchSessionCache(int slots, TimeProvider time)
{
    private static readonly TimeSpan EvictableAfter = TimeSpan.FromMilliseconds(120_000);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, FetchSession> _sessions = [];

    /// <summary>Number of sessions.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _sessions.Count;
        }
    }

    /// <summary>Makes a session, admitted for the request that asks for it.</summary>
    /// <returns><see langword="null"/> when the cache is full and nothing may be evicted.</returns>
    public FetchSession? TryCreate(bool usesTopicIds, bool privileged, int partitionCount)
    {
        lock (_lock)
        {
            if (_sessions.Count >= slots && !TryEvict(privileged, partitionCount)) return null;
            int id;
            do
            {
                id = Random.Shared.Next(1, int.MaxValue);
            }
            while (_sessions.ContainsKey(id));
            FetchSession session = new(id, usesTopicIds, privileged, time.GetTimestamp());
            session.BeginFirst();
            _sessions.Add(id, session);
            return session;
        }
    }

    /// <summary>Finds and admits the session of an incremental request.</summary>
    public ErrorCode TryUse(int id, int epoch, bool usesTopicIds, out FetchSession? session)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(id, out session)) return ErrorCode.FetchSessionIdNotFound;
            if (session.UsesTopicIds != usesTopicIds) return ErrorCode.FetchSessionTopicIdError;
            if (!session.TryBegin(epoch)) return ErrorCode.InvalidFetchSessionEpoch;
            session.LastUsedTimestamp = time.GetTimestamp();
            return ErrorCode.None;
        }
    }

    /// <summary>Forgets a session; nothing happens when it is unknown.</summary>
    public void Remove(int id)
    {
        lock (_lock) _sessions.Remove(id);
    }

    private bool TryEvict(bool privileged, int partitionCount)
    {
        FetchSession? oldest = null;
        FetchSession? least = null;
        foreach (FetchSession session in _sessions.Values)
        {
            if (oldest is null || session.LastUsedTimestamp < oldest.LastUsedTimestamp) oldest = session;
            bool candidate = (privileged && !session.Privileged) || time.GetElapsedTime(session.CreatedTimestamp) > EvictableAfter;
            if (candidate && (least is null || Worth(session).CompareTo(Worth(least)) < 0)) least = session;
        }
        if (oldest is not null && time.GetElapsedTime(oldest.LastUsedTimestamp) > EvictableAfter) return _sessions.Remove(oldest.Id);
        if (least is null || Worth(least).CompareTo((privileged, partitionCount, 0)) > 0) return false;
        return _sessions.Remove(least.Id);
    }

    private static (bool Privileged, int PartitionCount, int Id) Worth(FetchSession session) => (session.Privileged, session.PartitionCount, session.Id);
}
