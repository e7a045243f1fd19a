using Sluice.Broker.Coordinators.Share;
using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

/// <summary>The share sessions of all connections.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class ShareSessions(SharePartitions partitions, ShareSettings settings)
{
    /// <summary>Epoch of a request that begins a session.</summary>
    public const int InitialEpoch = 0;

    /// <summary>Epoch of a session's last request.</summary>
    public const int FinalEpoch = -1;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string GroupId, string MemberId), ShareSession> _sessions = [];

    /// <summary>Begins a session; one of the same member is given up.</summary>
    /// <returns>SHARE_SESSION_LIMIT_REACHED without a session if there are too many.</returns>
    public ErrorCode TryBegin(string groupId, string memberId, ShareFetchState owner, out ShareSession? session)
    {
        lock (_lock)
        {
            session = null;
            bool isKnown = _sessions.Remove((groupId, memberId), out ShareSession? before);
            if (isKnown) before!.Owner.Forget(before);
            if (_sessions.Count >= settings.SessionsMax) return ErrorCode.ShareSessionLimitReached;
            _sessions.Add((groupId, memberId), session = new ShareSession(groupId, memberId, owner));
            owner.Remember(session);
            return ErrorCode.None;
        }
    }

    /// <summary>Finds the session that a request goes on with, and moves its epoch on.</summary>
    /// <param name="groupId">Group.</param>
    /// <param name="memberId">Member.</param>
    /// <param name="epoch">Of the request: 1 or more, or <see cref="FinalEpoch"/>.</param>
    /// <param name="owner">The connection.</param>
    /// <param name="session">Null with an error.</param>
    /// <returns>SHARE_SESSION_NOT_FOUND or INVALID_SHARE_SESSION_EPOCH.</returns>
    public ErrorCode TryUse(string groupId, string memberId, int epoch, ShareFetchState owner, out ShareSession? session)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue((groupId, memberId), out session) || session.Owner != owner)
            {
                session = null;
                return ErrorCode.ShareSessionNotFound;
            }
            if (epoch == FinalEpoch) return ErrorCode.None;
            if (epoch != session.NextEpoch)
            {
                session = null;
                return ErrorCode.InvalidShareSessionEpoch;
            }
            session.Advance();
            return ErrorCode.None;
        }
    }

    /// <summary>Ends a session: what its member has is given to others.</summary>
    public async ValueTask EndAsync(ShareSession session)
    {
        bool isLast;
        lock (_lock)
        {
            if (_sessions.GetValueOrDefault((session.GroupId, session.MemberId)) != session) return;
            _sessions.Remove((session.GroupId, session.MemberId));
            session.Owner.Forget(session);
            isLast = !_sessions.Keys.Any(key => key.GroupId == session.GroupId);
        }
        foreach (ShareTarget target in session.Targets)
        {
            target.Clear();
            if (partitions.Find(new SharePartitionKey(session.GroupId, target.TopicId, target.PartitionIndex)) is { } partition)
                await partition.ReleaseAsync(session.MemberId).ConfigureAwait(false);
        }
        if (!isLast) return;
        lock (_lock)
        {
            if (_sessions.Keys.Any(key => key.GroupId == session.GroupId)) return;
        }
        partitions.CloseGroup(session.GroupId);
    }
}
