using System.Net;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Network;

/// <summary>One address that the broker listens on, and what it tells clients to use instead.</summary>
/// <param name="Name">Listener name, upper case, such as <c>PLAINTEXT</c>.</param>
/// <param name="Protocol">How its connections are protected.</param>
/// <param name="Address">Address bound; the port is the real one, never 0.</param>
/// <param name="AdvertisedHost">Host that Metadata answers on this listener.</param>
/// <param name="AdvertisedPort">Port that Metadata answers on this listener.</param>
internal sealed record ListenerEndpoint(string Name, SecurityProtocol Protocol, IPEndPoint Address, string AdvertisedHost, int AdvertisedPort);
