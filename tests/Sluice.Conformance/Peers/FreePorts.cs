using System.Net;
using System.Net.Sockets;

namespace Sluice.Conformance.Peers;

/// <summary>Finds ports that nobody listens on, for programs that cannot be told to choose one themselves.</summary>
public static class FreePorts
{
    // Below the range from which the kernel takes ports for outgoing connections, so that none of those gets in between.
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    /// <summary>A port that is free together with those at the given distances above it.</summary>
    public static int Find(params int[] distances)
    {
        for (int attempt = 0; attempt < 1000; attempt++)
        {
            int port = Random.Shared.Next(Lowest, Highest - distances.DefaultIfEmpty(0).Max());
            if (IsFree(port) && distances.All(distance => IsFree(port + distance))) return port;
        }
        throw new InvalidOperationException("No free port was found.");
    }

    private static bool IsFree(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
