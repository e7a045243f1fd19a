namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>Where an application answers questions about its state: <c>application.server</c>.</summary>
/// <param name="Host">As the application gave it.</param>
/// <param name="Port">0 to 65535.</param>
internal sealed record StreamsEndpoint(string Host, ushort Port);
