namespace Sluice.Broker.Telemetry;

/// <summary>Who pushes metrics.</summary>
/// <param name="ClientId">As its requests say; may be empty.</param>
/// <param name="SoftwareName">As it introduced itself by ApiVersions; empty if it did not.</param>
/// <param name="SoftwareVersion">As it introduced itself by ApiVersions; empty if it did not.</param>
/// <param name="Address">Where it connects from.</param>
/// <param name="Port">Where it connects from.</param>
internal sealed record TelemetryClient(string ClientId, string SoftwareName, string SoftwareVersion, string Address, string Port);
