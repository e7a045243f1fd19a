using System.Net;
using Sluice.Metadata.Configs;

namespace Sluice.Broker;

/// <summary>An address that a running broker listens on.</summary>
/// <param name="ListenerName">Name of the listener, such as <c>PLAINTEXT</c>.</param>
/// <param name="Protocol">How its connections are protected.</param>
/// <param name="Encryption">Who encrypts: <c>ktls</c> (the kernel, so that fetches are not copied), <c>OpenSSL</c> or <c>SslStream</c>; null = nobody.</param>
/// <param name="Address">Address and port that are bound; the port is never 0.</param>
/// <param name="AdvertisedHost">Host that clients are told.</param>
/// <param name="AdvertisedPort">Port that clients are told, 1 to 65535.</param>
public sealed record BrokerEndpoint(string ListenerName, SecurityProtocol Protocol, string? Encryption, IPEndPoint Address, string AdvertisedHost, int AdvertisedPort);
