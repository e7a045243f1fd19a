using Sluice.Broker.Fetching;
using Sluice.Broker.Requests;

namespace Sluice.Broker.Sharing;

/// <summary>The share fetches of one connection: its sessions, and where it waits.</summary>
/// <remarks>Made at a connection's first share fetch; ends with it, and its sessions with it.</remarks>
internal sealed class ShareFetchState(ShareSessions sessions, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ShareSession> _sessions = [];

    /// <summary>Where a fetch waits.</summary>
    public FetchWaiter Waiter { get; } = new(time);

    /// <summary>The session of the request that is being handled; null for none.</summary>
    public ShareSession? Current { get; set; }

    /// <summary>The state of a connection, made at the first call.</summary>
    public static ShareFetchState Of(RequestContext context, ShareSessions sessions, TimeProvider time) => context.ShareFetch ??= new ShareFetchState(sessions, time);

    /// <summary>A session of this connection began.</summary>
    public void Remember(ShareSession session)
    {
        lock (_lock) _sessions.Add(session);
    }

    /// <summary>A session of this connection ended.</summary>
    public void Forget(ShareSession session)
    {
        lock (_lock) _sessions.Remove(session);
    }

    /// <summary>The answer is out, or given up: nothing of this fetch is held any more.</summary>
    public void EndRequest()
    {
        if (Current is null) return;
        foreach (ShareTarget target in Current.Targets)
        {
            target.Clear();
            target.Acknowledged = null;
            target.IsAsked = false;
        }
        Current = null;
    }

    /// <summary>The connection ends. What its members have goes to others, beside this.</summary>
    public void Dispose()
    {
        EndRequest();
        ShareSession[] left;
        lock (_lock) left = [.. _sessions];
        foreach (ShareSession session in left) _ = sessions.EndAsync(session).AsTask();
        Waiter.Dispose();
    }
}
