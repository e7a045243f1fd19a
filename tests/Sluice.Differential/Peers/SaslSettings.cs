namespace Sluice.Differential.Peers;

/// <summary>Settings of the two peers whose second listener asks clients who they are.</summary>
internal static class SaslSettings
{
    /// <summary>A user of PLAIN.</summary>
    public const string User = "alice";

    /// <summary>That user's password.</summary>
    public const string Password = "alice's";

    /// <summary>A user of PLAIN who may do everything, on brokers with ACLs.</summary>
    public const string SuperUser = "root";

    private const string Package = "org.apache.kafka.common.security";

    /// <summary>Beside the listeners, which depend on the ports.</summary>
    public static IReadOnlyList<(string Name, string Value)> All { get; } =
    [
        ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER"),
        ("listener.name.sasl_plaintext.plain.sasl.jaas.config", $"{Package}.plain.PlainLoginModule required user_{User}=\"{Password}\" user_bob=\"bob's\" user_{SuperUser}=\"root's\";"),
        ("listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config", $"{Package}.scram.ScramLoginModule required;"),
        ("listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config", $"{Package}.scram.ScramLoginModule required;"),
        ("listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config", $"{Package}.oauthbearer.OAuthBearerLoginModule required;"),
        ("listener.name.sasl_plaintext.oauthbearer.sasl.server.callback.handler.class", $"{Package}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler"),
        ("listener.name.sasl_plaintext.plain.connections.max.reauth.ms", "3600000"),
        ("delegation.token.secret.key", "a key of the test"),
    ];

    /// <summary>Beside these, on brokers with ACLs. Clients of the other listener, Kafka itself among them, may do everything.</summary>
    public static IReadOnlyList<(string Name, string Value)> Guarded { get; } =
    [
        ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"), ("super.users", $"User:ANONYMOUS;User:{SuperUser}"),
    ];
}
