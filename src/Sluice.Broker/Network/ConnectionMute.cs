using System.Net.Sockets;

namespace Sluice.Broker.Network;

/// <summary>Holds a connection back that used too much: nothing is read from it until the time is over.</summary>
internal static class ConnectionMute
{
    /// <summary>How long it takes at most to notice that the client has gone.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Waits.</summary>
    /// <param name="socket">Not read from meanwhile; a client's requests pile up in the kernel, and then at the client.</param>
    /// <param name="duration">Above 0.</param>
    /// <param name="time">The broker's clock.</param>
    /// <param name="cancellationToken">The connection ends, or the broker.</param>
    /// <returns>False if the client closed its side meanwhile and had sent nothing before.</returns>
    public static async ValueTask<bool> WaitAsync(Socket socket, TimeSpan duration, TimeProvider time, CancellationToken cancellationToken)
    {
        long startedAt = time.GetTimestamp();
        while (true)
        {
            TimeSpan left = duration - time.GetElapsedTime(startedAt);
            if (left <= TimeSpan.Zero) return true;
            if (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0) return false;
            await Task.Delay(left < LookInterval ? left : LookInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
