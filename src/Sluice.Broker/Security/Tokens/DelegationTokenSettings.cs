using Sluice.Metadata.Configs;

namespace Sluice.Broker.Security.Tokens;

/// <summary>How long delegation tokens count, and whether there are any.</summary>
/// <param name="SecretKey"><c>delegation.token.secret.key</c>; null = there are none.</param>
/// <param name="LifetimeMaxMs"><c>delegation.token.max.lifetime.ms</c>.</param>
/// <param name="ExpiryTimeMs"><c>delegation.token.expiry.time.ms</c>.</param>
/// <param name="CheckInterval"><c>delegation.token.expiry.check.interval.ms</c>.</param>
internal sealed record DelegationTokenSettings(string? SecretKey, long LifetimeMaxMs, long ExpiryTimeMs, TimeSpan CheckInterval)
{
    public static DelegationTokenSettings From(BrokerSettings settings) => new(
        settings.GetString(BrokerConfigKeys.DelegationTokenSecretKey) is { Length: > 0 } key ? key : null,
        settings.GetLong(BrokerConfigKeys.DelegationTokenMaxLifetimeMs),
        settings.GetLong(BrokerConfigKeys.DelegationTokenExpiryTimeMs),
        TimeSpan.FromMilliseconds(Math.Min(settings.GetLong(BrokerConfigKeys.DelegationTokenExpiryCheckIntervalMs), int.MaxValue)));

    // The key is for nobody to read.
    public override string ToString() => nameof(DelegationTokenSettings);
}
