namespace Sluice.Broker.Network;

/// <summary>Why a connection ended: a closed list, so that logs and metrics can be counted by it.</summary>
internal enum CloseReason
{
    /// <summary>The client closed its side between two requests.</summary>
    ClientClosed,

    /// <summary>The client closed its side, or vanished, inside a request or while an answer was under way.</summary>
    ClientVanished,

    /// <summary>The broker is stopping.</summary>
    Shutdown,

    /// <summary>No request for <c>connections.max.idle.ms</c>.</summary>
    Idle,

    /// <summary>A frame announced a negative size, or more than <c>socket.request.max.bytes</c>.</summary>
    FrameSize,

    /// <summary>TLS was not agreed upon: the client was refused, refused the broker, does not speak TLS, or took too long.</summary>
    TlsHandshake,

    /// <summary>The header or body is not what the protocol says.</summary>
    MalformedRequest,

    /// <summary>The API key or version is not served here; the protocol has no answer for that.</summary>
    UnsupportedApi,

    /// <summary>Receive memory is used up, and this connection's unfinished request stood still or waited for more of it the longest.</summary>
    ReceiveMemory,

    /// <summary><c>max.connections</c> or <c>max.connections.per.ip</c> is reached.</summary>
    ConnectionLimit,

    /// <summary>The address makes connections faster than its <c>connection_creation_rate</c>.</summary>
    ConnectionRate,

    /// <summary>A Produce with acks=0 failed: closing is the only answer that such a client can see.</summary>
    UnacknowledgedFailure,

    /// <summary>The client stopped reading its answer.</summary>
    SendStalled,

    /// <summary>The broker could not finish an answer that was already under way (a file changed, a disk failed).</summary>
    SendFailed,

    /// <summary>The client did not prove who it is, or asked for something before it did.</summary>
    AuthenticationFailed,

    /// <summary>The client was not known within <c>sluice.authentication.timeout.ms</c>.</summary>
    AuthenticationTimeout,

    /// <summary>The client's session was over, and it went on without authenticating again (KIP-368).</summary>
    SessionExpired,

    /// <summary>A test wanted to see what its client does then.</summary>
    Injected,

    /// <summary>A mistake of the broker.</summary>
    InternalError,
}
