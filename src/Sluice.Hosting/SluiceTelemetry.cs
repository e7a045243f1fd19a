namespace Sluice.Hosting;

/// <summary>Names by which an application's telemetry finds the broker's meters and activities.</summary>
public static class SluiceTelemetry
{
    /// <summary>The source of activities: one per request, with OpenTelemetry's attributes for messaging. Nothing is made while nobody listens.</summary>
    public const string ActivitySourceName = "Sluice.Broker";

    /// <summary>The meters; OpenTelemetry's <c>AddMeter</c> takes them as they are, and <c>Sluice.*</c> too. Whoever collects <c>Sluice.Clients</c> makes the broker ask clients for their metrics, as far as subscriptions are set.</summary>
    public static IReadOnlyList<string> MeterNames { get; } = ["Sluice.Broker", "Sluice.Clients", "Sluice.Log", "Sluice.Transfer"];
}
