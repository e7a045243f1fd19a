using System.Net;

namespace Sluice.Broker;

/// <summary>An address that a running broker listens on.</summary>
/// <param name="ListenerName">Name of the listener, such as <c>PLAINTEXT</c>.</param>
/// <param name="Address">Address and port that are bound; the port is never 0.</param>
/// <param name="AdvertisedHost">Host that clients are told.</param>
/// <param name="AdvertisedPort">Port that clients are told, 1 to 65535.</param>
public sealed record BrokerEndpoint(string ListenerName, IPEndPoint Address, string AdvertisedHost, int AdvertisedPort);
