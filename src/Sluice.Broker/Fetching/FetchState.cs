using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Fetching;

/// <summary>The fetch of one connection: either a session's partitions, or its own list for a request without session.</summary>
/// <remarks>Made at a connection's first fetch and reused, so that steady-state fetches allocate nothing.</remarks>
internal sealed class FetchState(TimeProvider time) : IDisposable
{
    private const int FullEpochWithNewSession = 0;
    private const int FullEpochWithoutSession = -1;

    private readonly List<FetchTarget> _ownTargets = [];
    private readonly List<FetchTarget> _pool = [];
    private FetchSession? _session;
    private bool _full;

    /// <summary>Where the fetch waits.</summary>
    public FetchWaiter Waiter { get; } = new(time);

    /// <summary>The partitions to read, in order.</summary>
    public IReadOnlyList<FetchTarget> Targets => _session?.Targets ?? _ownTargets;

    /// <summary>Session id to answer with; 0 for none.</summary>
    public int SessionId => _session?.Id ?? 0;

    /// <summary>The state of a connection, made at the first call.</summary>
    public static FetchState Of(RequestContext context, TimeProvider time) => context.Fetch ??= new FetchState(time);

    /// <summary>Finds out what is to be read.</summary>
    public ErrorCode Begin(FetchRequest request, short apiVersion, FetchSessionCache sessions)
    {
        bool usesTopicIds = apiVersion >= 13;
        _session = null;
        _full = true;
        if (apiVersion >= 7 && request.SessionEpoch is not (FullEpochWithNewSession or FullEpochWithoutSession))
        {
            ErrorCode error = sessions.TryUse(request.SessionId, request.SessionEpoch, usesTopicIds, out FetchSession? session);
            if (error != ErrorCode.None) return error;
            session!.Update(request);
            _full = false;
            if (session.Targets.Count > 0)
            {
                _session = session;
                return ErrorCode.None;
            }
            // Nothing is left in it: the answer is one without a session.
            session.End();
            sessions.Remove(session.Id);
            ClearOwnTargets();
            return ErrorCode.None;
        }

        if (apiVersion >= 7 && request.SessionId != 0) sessions.Remove(request.SessionId);
        if (apiVersion >= 7 && request.SessionEpoch == FullEpochWithNewSession)
        {
            bool privileged = (apiVersion >= 15 ? request.ReplicaState.ReplicaId : request.ReplicaId) >= 0;
            _session = sessions.TryCreate(usesTopicIds, privileged, CountPartitions(request));
            if (_session is not null)
            {
                _session.Update(request);
                return ErrorCode.None;
            }
        }
        TakeOwnTargets(request);
        return ErrorCode.None;
    }

    /// <summary>Whether the answer mentions <paramref name="target"/>.</summary>
    public bool Tell(FetchTarget target) => _session is null || _session.Tell(target, _full);

    /// <summary>Takes back what was found and told: the answer will be an empty one. A session that this request made is forgotten.</summary>
    public void Retract(FetchSessionCache sessions)
    {
        // Told again at the next request, where the client is not told now.
        foreach (FetchTarget target in Targets) target.ToldHighWatermark = -1;
        ClearResults();
        if (_session is null || !_full) return;
        _session.End();
        sessions.Remove(_session.Id);
        _session = null;
    }

    /// <summary>Drops every region that was found.</summary>
    public void ClearResults()
    {
        foreach (FetchTarget target in Targets) target.ClearResult();
    }

    /// <summary>The answer is out, or given up: nothing of this fetch is held any more.</summary>
    public void End()
    {
        ClearResults();
        _session?.End();
        _session = null;
        ClearOwnTargets();
    }

    public void Dispose()
    {
        End();
        Waiter.Dispose();
    }

    private static int CountPartitions(FetchRequest request)
    {
        int count = 0;
        foreach (FetchRequest.FetchTopic topic in request.Topics) count += topic.Partitions.Count;
        return count;
    }

    private void TakeOwnTargets(FetchRequest request)
    {
        ClearOwnTargets();
        foreach (FetchRequest.FetchTopic topic in request.Topics)
        {
            foreach (FetchRequest.FetchPartition partition in topic.Partitions)
            {
                int index = _ownTargets.Count;
                if (index == _pool.Count) _pool.Add(new FetchTarget());
                FetchTarget target = _pool[index];
                target.Topic = topic.Topic;
                target.TopicId = topic.TopicId;
                target.PartitionIndex = partition.Partition;
                target.Ask(partition);
                _ownTargets.Add(target);
            }
        }
    }

    private void ClearOwnTargets()
    {
        foreach (FetchTarget target in _ownTargets) target.Reset();
        _ownTargets.Clear();
        // One fetch of thousands of partitions should not be remembered by the connection for ever.
        if (_pool.Count > 1024) _pool.RemoveRange(1024, _pool.Count - 1024);
    }
}
