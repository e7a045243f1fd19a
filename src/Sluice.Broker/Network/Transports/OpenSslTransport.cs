using System.Runtime.Versioning;
using Sluice.Broker.Security;
using Sluice.Transfer;
using Sluice.Transfer.Tls;

namespace Sluice.Broker.Network.Transports;

/// <summary>TLS by OpenSSL, with the kernel encrypting what is sent: fetches stay in the page cache.</summary>
/// <param name="connection">After its handshake; owned from here on.</param>
/// <param name="principal">Who the client's certificate says it is.</param>
/// <param name="services">Those of the connection.</param>
[SupportedOSPlatform("linux")]
internal sealed class OpenSslTransport(OpenSslConnection connection, KafkaPrincipal principal, ConnectionServices services) : ConnectionTransport
{
    public override TransferChannel Channel { get; } =
        connection.CreateChannel(services.TransferOptions, services.TransferMetrics, services.ColdReads, services.Time);

    public override KafkaPrincipal Principal => principal;

    public override ValueTask<int> ReceiveAsync(Memory<byte> space, CancellationToken cancellationToken) => connection.ReceiveAsync(space, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync().ConfigureAwait(false);
        connection.Dispose();
    }
}
