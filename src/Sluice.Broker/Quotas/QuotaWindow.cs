using Sluice.Metadata.Configs;

namespace Sluice.Broker.Quotas;

/// <summary>Over how long rates are measured: <paramref name="SampleCount"/> samples of <paramref name="SampleMs"/> each.</summary>
/// <param name="SampleCount">At least 1.</param>
/// <param name="SampleMs">Length of a sample in milliseconds; at least 1000.</param>
internal readonly record struct QuotaWindow(int SampleCount, long SampleMs)
{
    /// <summary>After so long without a record, in milliseconds, a sensor is as good as new.</summary>
    public long ExpiryMs => SampleCount * SampleMs;

    /// <summary><c>quota.window.num</c> and <c>quota.window.size.seconds</c>.</summary>
    public static QuotaWindow ForClients(BrokerSettings settings) =>
        new(settings.GetInt(BrokerConfigKeys.QuotaWindowNum), settings.GetInt(BrokerConfigKeys.QuotaWindowSizeSeconds) * 1000L);

    /// <summary><c>controller.quota.window.num</c> and <c>controller.quota.window.size.seconds</c>.</summary>
    public static QuotaWindow ForMutations(BrokerSettings settings) =>
        new(settings.GetInt(BrokerConfigKeys.ControllerQuotaWindowNum), settings.GetInt(BrokerConfigKeys.ControllerQuotaWindowSizeSeconds) * 1000L);
}
