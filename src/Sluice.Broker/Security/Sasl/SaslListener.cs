using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>The mechanisms that one listener offers.</summary>
/// <remarks>Any thread. Owns what looks for signing keys.</remarks>
internal sealed class SaslListener : IAsyncDisposable
{
    private readonly IScramDirectory _directory;
    private readonly Dictionary<string, SaslMechanismSettings> _mechanisms;
    private JwksSource? _keys;
    private IBearerTokenValidator? _tokens;

    private SaslListener(SaslListenerSettings settings, IScramDirectory directory)
    {
        Settings = settings;
        _directory = directory;
        _mechanisms = settings.Mechanisms.ToDictionary(static mechanism => mechanism.Name, StringComparer.Ordinal);
        MechanismNames = [.. settings.Mechanisms.Select(static mechanism => mechanism.Name)];
    }

    public SaslListenerSettings Settings { get; }

    /// <summary>What clients are told.</summary>
    public ImmutableArray<string> MechanismNames { get; }

    /// <summary>Makes the mechanisms ready, signing keys included.</summary>
    /// <exception cref="BrokerStartException">There are no keys in the file that should have them.</exception>
    public static async Task<SaslListener> StartAsync(
        SaslListenerSettings settings, IScramDirectory directory, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        SaslListener listener = new(settings, directory);
        foreach (SaslMechanismSettings mechanism in settings.Mechanisms)
        {
            if (mechanism.UnsecuredTokens is { } unsecured)
            {
                BrokerLog.UnsecuredTokens(logger, settings.Listener);
                listener._tokens = new UnsecuredTokenValidator(unsecured, time);
            }
            if (mechanism is not { Jwks: { } jwks, SignedTokens: { } signed }) continue;
            listener._keys = await JwksSource.StartAsync(jwks, time, logger, cancellationToken).ConfigureAwait(false);
            listener._tokens = new SignedTokenValidator(signed, listener._keys, time);
        }
        return listener;
    }

    /// <summary>Begins an exchange.</summary>
    /// <param name="mechanism">Case matters, as in Kafka.</param>
    /// <returns>Null = it is not offered.</returns>
    public ISaslExchange? Begin(string mechanism)
    {
        if (!_mechanisms.TryGetValue(mechanism, out SaslMechanismSettings? settings)) return null;
        if (settings.Users is { } users) return new PlainExchange(users);
        return SaslMechanismNames.ToScram(mechanism) is not ScramMechanism.Unknown and var scram
            ? new ScramExchange(scram, _directory, ScramText.NewNonce())
            : new OAuthBearerExchange(_tokens!);
    }

    /// <summary>Longest session that begins with this mechanism; null = no limit.</summary>
    public TimeSpan? SessionMax(string mechanism) => _mechanisms[mechanism].SessionMax;

    public ValueTask DisposeAsync() => _keys?.DisposeAsync() ?? ValueTask.CompletedTask;
}
