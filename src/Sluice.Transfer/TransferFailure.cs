namespace Sluice.Transfer;

/// <summary>Why a send did not put the whole frame on the wire.</summary>
public enum TransferFailure
{
    /// <summary>The peer closed or reset the connection, or the socket was closed on this side.</summary>
    PeerClosed,

    /// <summary>The file ends before its region does: it was truncated after the region was handed out.</summary>
    ShortFile,

    /// <summary>The peer accepted nothing for <see cref="TransferOptions.StallTimeout"/>.</summary>
    Stalled,

    /// <summary>The channel, or the pool that reads cold ranges for it, was disposed in mid-send.</summary>
    ChannelClosed,

    /// <summary>The file could not be read: the device failed (EIO) or the handle does not allow it.</summary>
    FileUnreadable,

    /// <summary>The socket refused the bytes for another reason; the message has the system's error.</summary>
    SocketError,
}
