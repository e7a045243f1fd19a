namespace Sluice.Metadata.Configs;

/// <summary>The effective settings of a client metrics subscription, read with the keys of <see cref="ClientMetricsConfigKeys"/>.</summary>
public sealed class ClientMetricsSettings : ResourceSettings
{
    private ClientMetricsSettings(ConfigLayer own, BrokerSettings broker)
        : base(ClientMetricsConfigKeys.Table, own, broker)
    {
    }

    /// <summary>Computes the view.</summary>
    /// <param name="broker">Settings of the broker.</param>
    /// <param name="own">Stored settings of the subscription; may be empty.</param>
    public static ClientMetricsSettings Create(BrokerSettings broker, IReadOnlyDictionary<string, string> own)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(own);
        return new ClientMetricsSettings(ConfigLayer.Parse(ConfigSource.ClientMetrics, ClientMetricsConfigKeys.Table, own, static _ => true), broker);
    }

    /// <summary>Which clients the subscription is for.</summary>
    public ClientMetricsMatch ReadMatch() =>
        ClientMetricsMatch.TryParse(GetList(ClientMetricsConfigKeys.Match), out ClientMetricsMatch? match, out string? reason)
            ? match!
            : throw new InvalidOperationException($"A stored match was checked when it was set: {reason}");
}
