namespace Sluice.Broker.Security.Sasl;

/// <summary>Why an authentication failed, for the log and the metrics: a closed list, which says nothing that a client sent.</summary>
internal enum SaslRefusal
{
    /// <summary>The message is not what the mechanism says.</summary>
    MalformedMessage,

    /// <summary>Nobody of that name has a credential.</summary>
    UnknownUser,

    /// <summary>The password, the proof or the token is not right.</summary>
    WrongCredentials,

    /// <summary>The token has expired, or does not count yet.</summary>
    ExpiredCredentials,

    /// <summary>The client wants to act as somebody else than it proved to be.</summary>
    OtherAuthorizationId,

    /// <summary>The mechanism is not offered.</summary>
    UnsupportedMechanism,

    /// <summary>A request that is not legal at that point.</summary>
    IllegalState,

    /// <summary>Authenticating again, the client chose another mechanism, or is somebody else than before.</summary>
    ChangedIdentity,
}
