namespace Sluice.Transfer;

/// <summary>A send ended before the whole frame was on the wire.</summary>
/// <remarks>
/// Part of the frame may have been sent, so the peer can no longer tell where the next one begins: the connection is of no
/// further use and must be closed.
/// </remarks>
public sealed class TransferException : IOException
{
    /// <summary>Names the reason, and the circumstances in words.</summary>
    /// <param name="reason">What callers decide on.</param>
    /// <param name="message">What people read: names the file or the system's error.</param>
    /// <param name="innerException">The cause, where there was an exception; else null.</param>
    public TransferException(TransferFailure reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>Why the send ended.</summary>
    public TransferFailure Reason { get; }
}
