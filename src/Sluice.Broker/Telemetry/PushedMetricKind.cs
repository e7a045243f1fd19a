namespace Sluice.Broker.Telemetry;

/// <summary>What a pushed value means.</summary>
internal enum PushedMetricKind
{
    /// <summary>What it is now.</summary>
    Gauge,

    /// <summary>The sum since the client's start.</summary>
    Sum,

    /// <summary>What came since the push before.</summary>
    DeltaSum,
}
