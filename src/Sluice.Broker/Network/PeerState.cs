using System.Net.Sockets;

namespace Sluice.Broker.Network;

/// <summary>Finds out whether a client has closed its side, without reading what it sent before.</summary>
internal static class PeerState
{
    // <linux/tcp.h>, tcp(7): the first byte of struct tcp_info is the connection's state.
    private const int IpProtocolTcp = 6;
    private const int TcpInfo = 11;
    private const byte Established = 1;

    /// <summary>Whether nothing more will come from the other side.</summary>
    /// <param name="socket">Connected; nobody reads from it at this moment. May be closed meanwhile.</param>
    public static bool IsGone(Socket socket)
    {
        try
        {
            if (!OperatingSystem.IsLinux()) return socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;
            Span<byte> state = stackalloc byte[sizeof(ulong)];
            return socket.GetRawSocketOption(IpProtocolTcp, TcpInfo, state) > 0 && state[0] != Established;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It ends by itself: whoever serves it finds out at its next step.
            return false;
        }
    }
}
