namespace Sluice.Client;

/// <summary>How a connection is protected: Kafka's <c>security.protocol</c>.</summary>
public enum SecurityProtocol
{
    /// <summary>Neither encrypted nor authenticated.</summary>
    Plaintext,

    /// <summary>TLS.</summary>
    Ssl,

    /// <summary>Authenticated by SASL, not encrypted.</summary>
    SaslPlaintext,

    /// <summary>Authenticated by SASL over TLS.</summary>
    SaslSsl,
}
