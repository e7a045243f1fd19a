using Sluice.Metadata.Configs;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>What a listener is told about one mechanism that it offers.</summary>
/// <param name="Name">One of <see cref="SaslMechanismNames"/>.</param>
/// <param name="Users">The users of PLAIN; null = another mechanism.</param>
/// <param name="Jwks">Where the keys for OAUTHBEARER are; null = another mechanism, or unsigned tokens.</param>
/// <param name="SignedTokens">What signed tokens must say; null as for <paramref name="Jwks"/>.</param>
/// <param name="UnsecuredTokens">What unsigned tokens must say; null = they are not believed.</param>
/// <param name="SessionMax"><c>connections.max.reauth.ms</c>; null = no limit.</param>
internal sealed record SaslMechanismSettings(
    string Name, PlainUsers? Users, JwksSettings? Jwks, SignedTokenSettings? SignedTokens, UnsecuredTokenSettings? UnsecuredTokens, TimeSpan? SessionMax)
{
    private const string UnsecuredHandler = "org.apache.kafka.common.security.oauthbearer.OAuthBearerUnsecuredValidatorCallbackHandler";
    private const string UnsecuredHandlerInternal = "org.apache.kafka.common.security.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler";
    private const string SecuredHandler = "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler";
    private const string SecuredHandlerInternal = "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerValidatorCallbackHandler";
    private const string DefaultValidator = "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator";
    private const string BrokerValidator = "org.apache.kafka.common.security.oauthbearer.BrokerJwtValidator";

    /// <summary>Reads and checks the settings of a mechanism.</summary>
    /// <exception cref="BrokerStartException">With them nobody could log in, or anybody could who should not; one line says what to set.</exception>
    public static SaslMechanismSettings From(BrokerSettings given, string listener, string mechanism)
    {
        BrokerSettings settings = given.ForListener(listener, mechanism);
        string? handler = settings.GetString(BrokerConfigKeys.SaslServerCallbackHandlerClass);
        if (handler is { Length: > 0 } && mechanism != SaslMechanismNames.OAuthBearer)
            throw Wrong(listener, mechanism, BrokerConfigKeys.SaslServerCallbackHandlerClass, "cannot be used: Java classes cannot be loaded");
        long sessionMaxMs = settings.GetLong(BrokerConfigKeys.ConnectionsMaxReauthMs);
        SaslMechanismSettings read = mechanism switch
        {
            SaslMechanismNames.Plain => Of(mechanism) with { Users = ReadUsers(settings, given, listener) },
            SaslMechanismNames.OAuthBearer => ReadOAuthBearer(settings, given, listener, handler),
            SaslMechanismNames.ScramSha256 or SaslMechanismNames.ScramSha512 => ReadScram(settings, given, listener, mechanism),
            _ => throw NotOffered(listener, mechanism),
        };
        return read with { SessionMax = sessionMaxMs > 0 ? TimeSpan.FromMilliseconds(Math.Min(sessionMaxMs, int.MaxValue)) : null };
    }

    private static SaslMechanismSettings Of(string mechanism) => new(mechanism, null, null, null, null, null);

    private static PlainUsers ReadUsers(BrokerSettings settings, BrokerSettings given, string listener)
    {
        JaasConfig? jaas = ReadJaas(settings, given, listener, SaslMechanismNames.Plain, "PlainLoginModule");
        PlainUsers? users = jaas is null ? null : new PlainUsers(jaas);
        return users is { Count: > 0 }
            ? users
            : throw Wrong(listener, SaslMechanismNames.Plain, BrokerConfigKeys.SaslJaasConfig,
                "must name the users: org.apache.kafka.common.security.plain.PlainLoginModule required user_NAME=\"PASSWORD\";");
    }

    // Its entry says nothing that is needed: the users are in the metadata.
    private static SaslMechanismSettings ReadScram(BrokerSettings settings, BrokerSettings given, string listener, string mechanism)
    {
        ReadJaas(settings, given, listener, mechanism, "ScramLoginModule");
        return Of(mechanism);
    }

    private static SaslMechanismSettings ReadOAuthBearer(BrokerSettings settings, BrokerSettings given, string listener, string? handler)
    {
        const string mechanism = SaslMechanismNames.OAuthBearer;
        JaasConfig? jaas = ReadJaas(settings, given, listener, mechanism, "OAuthBearerLoginModule");
        if (handler is UnsecuredHandler or UnsecuredHandlerInternal) return Of(mechanism) with { UnsecuredTokens = UnsecuredTokenSettings.From(jaas) };
        if (handler is not (null or "" or SecuredHandler or SecuredHandlerInternal))
            throw Wrong(listener, mechanism, BrokerConfigKeys.SaslServerCallbackHandlerClass, $"must be {SecuredHandler} or {UnsecuredHandler}: Java classes cannot be loaded");
        if (settings.GetString(BrokerConfigKeys.SaslOauthbearerJwtValidatorClass) is not (DefaultValidator or BrokerValidator))
            throw Wrong(listener, mechanism, BrokerConfigKeys.SaslOauthbearerJwtValidatorClass, $"must be {DefaultValidator}: Java classes cannot be loaded");
        // Kafka believes unsigned tokens when nothing is said. Here that must be said.
        if (settings.GetString(BrokerConfigKeys.SaslOauthbearerJwksEndpointUrl) is not { Length: > 0 } address)
        {
            throw Wrong(listener, mechanism, BrokerConfigKeys.SaslOauthbearerJwksEndpointUrl,
                $"must say where the issuer's keys are; for tokens that nobody signed, set {BrokerConfigKeys.SaslServerCallbackHandlerClass.Name} to {UnsecuredHandler}");
        }
        return Of(mechanism) with { Jwks = JwksSettings.From(address, settings), SignedTokens = SignedTokenSettings.From(settings) };
    }

    private static JaasConfig? ReadJaas(BrokerSettings settings, BrokerSettings given, string listener, string mechanism, string module)
    {
        string? text = settings.GetString(BrokerConfigKeys.SaslJaasConfig);
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (!JaasConfig.TryParse(text, out JaasConfig? jaas, out string? reason)) throw Wrong(listener, mechanism, BrokerConfigKeys.SaslJaasConfig, $"cannot be read: {reason}");
        if (jaas.IsModule(module)) return jaas;
        // One that is there for all mechanisms can be only one of them's.
        bool isForAll = text == given.ForListener(listener).GetString(BrokerConfigKeys.SaslJaasConfig);
        return isForAll ? null : throw Wrong(listener, mechanism, BrokerConfigKeys.SaslJaasConfig, $"names another login module than {module}");
    }

    private static BrokerStartException NotOffered(string listener, string mechanism)
    {
        string[] offered = [SaslMechanismNames.Plain, SaslMechanismNames.ScramSha256, SaslMechanismNames.ScramSha512, SaslMechanismNames.OAuthBearer];
        string which = mechanism == SaslMechanismNames.Gssapi ? "GSSAPI (Kerberos) is not part of this version" : $"there is no mechanism {mechanism}";
        return new BrokerStartException(
            $"the listener {listener} asks for SASL, and {which}; set {BrokerConfigKeys.SaslEnabledMechanisms.Name} to some of {string.Join(", ", offered)}");
    }

    private static BrokerStartException Wrong(string listener, string mechanism, ConfigKey key, string problem) =>
        new($"listener.name.{listener.ToLowerInvariant()}.{mechanism.ToLowerInvariant()}.{key.Name} {problem}");
}
