namespace Sluice.Broker.Security.Tls;

/// <summary><c>ssl.client.auth</c>: what a listener wants to see of its clients.</summary>
internal enum TlsClientAuth
{
    /// <summary>No certificate is asked for.</summary>
    None,

    /// <summary>A certificate is asked for; without one a client is anonymous, with a bad one it is refused.</summary>
    Requested,

    /// <summary>Without a good certificate a client is refused.</summary>
    Required,
}
