using System.Diagnostics;

namespace Sluice.Metadata.Configs;

/// <summary>What a security protocol consists of, and what settings call it.</summary>
public static class SecurityProtocolExtensions
{
    extension(SecurityProtocol protocol)
    {
        /// <summary>Whether connections are encrypted by TLS.</summary>
        public bool UsesTls => protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl;

        /// <summary>Whether clients authenticate by SASL.</summary>
        public bool UsesSasl => protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;

        /// <summary>Kafka's name: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.</summary>
        public string KafkaName => protocol switch
        {
            SecurityProtocol.Plaintext => "PLAINTEXT",
            SecurityProtocol.Ssl => "SSL",
            SecurityProtocol.SaslPlaintext => "SASL_PLAINTEXT",
            SecurityProtocol.SaslSsl => "SASL_SSL",
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Finds the protocol of a name; upper or lower case.</summary>
    /// <returns>False if there is none of that name.</returns>
    public static bool TryParse(string name, out SecurityProtocol protocol)
    {
        foreach (SecurityProtocol known in Enum.GetValues<SecurityProtocol>())
        {
            if (!string.Equals(known.KafkaName, name, StringComparison.OrdinalIgnoreCase)) continue;
            protocol = known;
            return true;
        }
        protocol = default;
        return false;
    }
}
