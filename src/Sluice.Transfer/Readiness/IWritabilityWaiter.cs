namespace Sluice.Transfer.Readiness;

/// <summary>Who is told that its socket accepts bytes again.</summary>
internal interface IWritabilityWaiter
{
    /// <summary>
    /// Called on a poller's thread, which serves other sockets too: send what the socket takes, up to a bound, and never wait. A call may
    /// come late or for no reason (the socket failed, or the wait has ended otherwise), so it is a hint to try again.
    /// </summary>
    void OnWritable();
}
