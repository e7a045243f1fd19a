using Sluice.Protocol.Sasl;

namespace Sluice.Client.Security;

/// <summary>Makes credentials from the two properties in which Kafka's clients have them.</summary>
internal static class SaslClientFactory
{
    private const string JaasKey = "sasl.jaas.config";

    /// <summary>The mechanisms that can be used.</summary>
    internal static readonly string[] Mechanisms =
        [SaslMechanismNames.Plain, SaslMechanismNames.ScramSha256, SaslMechanismNames.ScramSha512, SaslMechanismNames.OAuthBearer];

    /// <exception cref="KafkaClientPropertyException">The mechanism is not known, or its entry lacks something.</exception>
    internal static SaslCredentials Create(string mechanism, string? jaas, TimeProvider time)
    {
        if (!Mechanisms.Contains(mechanism)) throw new KafkaClientPropertyException("sasl.mechanism", $"must be one of {string.Join(", ", Mechanisms)}");
        if (jaas is null) throw new KafkaClientPropertyException(JaasKey, $"is missing; {mechanism} needs it");
        if (!JaasConfig.TryParse(jaas, out JaasConfig? config, out string? reason)) throw new KafkaClientPropertyException(JaasKey, $"cannot be read: {reason}");
        switch (mechanism)
        {
            case SaslMechanismNames.Plain:
                Expect(config, "PlainLoginModule", mechanism);
                return SaslCredentials.Plain(Option(config, "username"), Option(config, "password"));
            case SaslMechanismNames.OAuthBearer:
                Expect(config, "OAuthBearerLoginModule", mechanism);
                return OAuthBearerTokens.From(config, time);
            default:
                Expect(config, "ScramLoginModule", mechanism);
                bool isToken = string.Equals(config.Find("tokenauth"), "true", StringComparison.OrdinalIgnoreCase);
                return SaslCredentials.Scram(SaslMechanismNames.ToScram(mechanism), Option(config, "username"), Option(config, "password"), isToken);
        }
    }

    private static void Expect(JaasConfig config, string className, string mechanism)
    {
        if (!config.IsModule(className)) throw new KafkaClientPropertyException(JaasKey, $"names another login module than {mechanism}'s, {className}");
    }

    private static string Option(JaasConfig config, string name) => config.Find(name) is { Length: > 0 } value
        ? value
        : throw new KafkaClientPropertyException(JaasKey, $"has no option {name}");
}
