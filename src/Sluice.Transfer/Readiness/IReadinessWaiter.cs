namespace Sluice.Transfer.Readiness;

/// <summary>Who is told that its socket accepts bytes again, or has enough of them.</summary>
internal interface IReadinessWaiter
{
    /// <summary>
    /// Called on a poller's thread, which serves other sockets too: do what the socket allows, up to a bound, and never wait. A call may
    /// come late or for no reason (the socket failed, or the wait has ended otherwise), so it is a hint to try again.
    /// </summary>
    void OnReady();
}
