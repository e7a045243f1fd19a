using System.Net.Security;
using Sluice.Broker.Security;
using Sluice.Transfer;

namespace Sluice.Broker.Network.Transports;

/// <summary>TLS by .NET's own stream: it runs everywhere, and answers are copied through user space to be encrypted.</summary>
/// <param name="stream">Authenticated; owned from here on.</param>
/// <param name="principal">Who the client's certificate says it is.</param>
/// <param name="services">Those of the connection.</param>
internal sealed class SslStreamTransport(SslStream stream, KafkaPrincipal principal, ConnectionServices services) : ConnectionTransport
{
    public override TransferChannel Channel { get; } =
        TransferChannel.Create(stream, services.TransferOptions, services.TransferMetrics, services.ColdReads, services.Time);

    public override KafkaPrincipal Principal => principal;

    public override async ValueTask<int> ReceiveAsync(Memory<byte> space, CancellationToken cancellationToken)
    {
        // Waits without a buffer: a stream that waits for bytes holds one of 16 KiB and more, for each of thousands of idle connections.
        await stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        return await stream.ReadAsync(space, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync().ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
    }
}
