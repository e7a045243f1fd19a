namespace Sluice.Metadata.Configs;

/// <summary>How a listener's connections are protected and who may open them; the values are Kafka's own numbers.</summary>
public enum SecurityProtocol
{
    /// <summary>Neither encrypted nor authenticated.</summary>
    Plaintext = 0,

    /// <summary>TLS; a client may be known by its certificate.</summary>
    Ssl = 1,

    /// <summary>Not encrypted; clients authenticate by SASL.</summary>
    SaslPlaintext = 2,

    /// <summary>TLS, and clients authenticate by SASL within it.</summary>
    SaslSsl = 3,
}
