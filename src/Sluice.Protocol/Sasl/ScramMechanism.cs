namespace Sluice.Protocol.Sasl;

/// <summary>The SCRAM mechanisms (RFC 5802, RFC 7677); the numbers are those of requests and metadata records.</summary>
public enum ScramMechanism : sbyte
{
    /// <summary>None of them.</summary>
    Unknown = 0,

    /// <summary>SCRAM-SHA-256.</summary>
    Sha256 = 1,

    /// <summary>SCRAM-SHA-512.</summary>
    Sha512 = 2,
}
