namespace Sluice.Broker.Telemetry;

/// <summary>One value that a client pushed.</summary>
/// <param name="Name">As the client spells it.</param>
/// <param name="Unit">As the client spells it; may be empty.</param>
/// <param name="Kind">What the value means.</param>
/// <param name="Value">The value, or what is to be added to it.</param>
/// <param name="Attributes">Sorted by name; the client's own, beside those by which it is known.</param>
internal readonly record struct PushedMetric(string Name, string Unit, PushedMetricKind Kind, double Value, KeyValuePair<string, string>[] Attributes);
