using System.Net.Sockets;
using Sluice.Transfer;

namespace Sluice.Broker.Network.Transports;

/// <summary>Bytes go over the socket as they are.</summary>
internal sealed class PlainTransport(Socket socket, ConnectionServices services) : ConnectionTransport
{
    public override TransferChannel Channel { get; } =
        TransferChannel.Create(socket, services.TransferOptions, services.TransferMetrics, services.ColdReads, services.Time);

    public override ValueTask<int> ReceiveAsync(Memory<byte> space, CancellationToken cancellationToken) =>
        socket.ReceiveAsync(space, SocketFlags.None, cancellationToken);

    public override ValueTask DisposeAsync() => Channel.DisposeAsync();
}
