namespace Sluice.Metadata.Configs;

/// <summary>A listener to open.</summary>
/// <param name="Bind">Where to listen. An empty host means every address, port 0 one that the system chooses.</param>
/// <param name="Advertised">What clients are told. An empty host stands for the name of the machine, port 0 for the port that <paramref name="Bind"/>
/// got.</param>
/// <param name="Protocol">How its connections are protected.</param>
public sealed record ListenerSettings(ListenerAddress Bind, ListenerAddress Advertised, SecurityProtocol Protocol);
