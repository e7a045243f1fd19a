using System.Net;
using Sluice.Metadata.Configs;

namespace Sluice.Broker;

/// <summary>An address that a running broker listens on.</summary>
/// <param name="ListenerName">Name of the listener, such as <c>PLAINTEXT</c>.</param>
/// <param name="Protocol">How its connections are protected.</param>
/// <param name="IsKernelEncrypted">Whether it leaves the encryption of what it sends to the kernel, so that fetches are not copied.</param>
/// <param name="Address">Address and port that are bound; the port is never 0.</param>
/// <param name="AdvertisedHost">Host that clients are told.</param>
/// <param name="AdvertisedPort">Port that clients are told, 1 to 65535.</param>
public sealed record BrokerEndpoint(string ListenerName, SecurityProtocol Protocol, bool IsKernelEncrypted, IPEndPoint Address, string AdvertisedHost, int AdvertisedPort);
