namespace Sluice.Protocol.Sasl;

/// <summary>Names of SASL mechanisms as they are sent and configured.</summary>
public static class SaslMechanismNames
{
    /// <summary>User name and password in clear text (RFC 4616).</summary>
    public const string Plain = "PLAIN";

    /// <summary>Salted challenge and response with SHA-256 (RFC 7677).</summary>
    public const string ScramSha256 = "SCRAM-SHA-256";

    /// <summary>Salted challenge and response with SHA-512.</summary>
    public const string ScramSha512 = "SCRAM-SHA-512";

    /// <summary>A token of an identity provider (RFC 7628).</summary>
    public const string OAuthBearer = "OAUTHBEARER";

    /// <summary>Kerberos; not spoken here.</summary>
    public const string Gssapi = "GSSAPI";

    /// <summary>The SCRAM mechanism of a name; <see cref="ScramMechanism.Unknown"/> if it is none.</summary>
    /// <param name="name">Case matters, as in Kafka.</param>
    public static ScramMechanism ToScram(string name) => name switch
    {
        ScramSha256 => ScramMechanism.Sha256,
        ScramSha512 => ScramMechanism.Sha512,
        _ => ScramMechanism.Unknown,
    };

    /// <summary>The name of a SCRAM mechanism.</summary>
    /// <param name="mechanism">Not <see cref="ScramMechanism.Unknown"/>.</param>
    public static string Of(ScramMechanism mechanism) => mechanism switch
    {
        ScramMechanism.Sha256 => ScramSha256,
        ScramMechanism.Sha512 => ScramSha512,
        _ => throw new ArgumentOutOfRangeException(nameof(mechanism)),
    };
}
