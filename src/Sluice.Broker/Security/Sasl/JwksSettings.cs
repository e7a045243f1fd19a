using Sluice.Metadata.Configs;

namespace Sluice.Broker.Security.Sasl;

/// <summary>Where the keys of token issuers are, and how often to look.</summary>
/// <param name="Address">A file or an http(s) address.</param>
/// <param name="Refresh">Time between two looks.</param>
/// <param name="RetryBackoff">First pause after a look that failed; doubles.</param>
/// <param name="RetryBackoffMax">Longest pause.</param>
/// <param name="ConnectTimeout">To reach the address.</param>
/// <param name="ReadTimeout">For the whole of one look.</param>
internal sealed record JwksSettings(Uri Address, TimeSpan Refresh, TimeSpan RetryBackoff, TimeSpan RetryBackoffMax, TimeSpan ConnectTimeout, TimeSpan ReadTimeout)
{
    // What Kafka leaves to Java, which waits for ever.
    private const int TimeoutMsDefault = 10_000;

    /// <exception cref="BrokerStartException">The address is none, or of another kind.</exception>
    public static JwksSettings From(string address, BrokerSettings settings)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("file" or "http" or "https"))
            throw new BrokerStartException($"{BrokerConfigKeys.SaslOauthbearerJwksEndpointUrl.Name} must begin with file:, http: or https:");
        return new JwksSettings(
            uri,
            AtLeastOne(settings.GetLong(BrokerConfigKeys.SaslOauthbearerJwksEndpointRefreshMs)),
            AtLeastOne(settings.GetLong(BrokerConfigKeys.SaslOauthbearerJwksEndpointRetryBackoffMs)),
            AtLeastOne(settings.GetLong(BrokerConfigKeys.SaslOauthbearerJwksEndpointRetryBackoffMaxMs)),
            Timeout(settings, BrokerConfigKeys.SaslLoginConnectTimeoutMs),
            Timeout(settings, BrokerConfigKeys.SaslLoginReadTimeoutMs));
    }

    // A timer takes no more than this.
    private static TimeSpan AtLeastOne(long milliseconds) => TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 1, int.MaxValue));

    private static TimeSpan Timeout(BrokerSettings settings, ConfigKey key) => AtLeastOne(settings.HasValue(key) ? settings.GetInt(key) : TimeoutMsDefault);
}
