namespace Sluice.Transfer.Readiness;

/// <summary>Who is told that its socket accepts bytes again.</summary>
internal interface IWritabilityWaiter
{
    /// <summary>
    /// Called on the poller's thread: hand the work to the thread pool and return. A call may come late or for no reason
    /// (the socket failed, or the wait has ended otherwise), so it is a hint to try again.
    /// </summary>
    void OnWritable();
}
