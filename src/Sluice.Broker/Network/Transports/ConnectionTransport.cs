using Sluice.Broker.Security;
using Sluice.Transfer;

namespace Sluice.Broker.Network.Transports;

/// <summary>The way in and out of one connection: what lies between its bytes and the socket.</summary>
/// <remarks>One receive and one send at a time, as a connection does. Disposed before the socket, which stays the connection's.</remarks>
internal abstract class ConnectionTransport : IAsyncDisposable
{
    /// <summary>Sends answers.</summary>
    public abstract TransferChannel Channel { get; }

    /// <summary>Who the client showed itself to be while the transport was set up.</summary>
    public virtual KafkaPrincipal Principal => KafkaPrincipal.Anonymous;

    /// <summary>Receives what is there, and waits only while there is nothing.</summary>
    /// <param name="space">At least one byte; filled from its beginning.</param>
    /// <param name="cancellationToken">Leaves the transport unusable.</param>
    /// <returns>Bytes received; 0 = the client will send nothing more.</returns>
    /// <exception cref="IOException">The connection broke, or what came in is not what it should be.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The connection broke.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> space, CancellationToken cancellationToken);

    /// <summary>Ends both directions; waits until nothing uses the socket any more.</summary>
    public abstract ValueTask DisposeAsync();
}
