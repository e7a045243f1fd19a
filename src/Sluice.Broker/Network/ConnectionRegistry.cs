using System.Collections.Concurrent;
using System.Net;

namespace Sluice.Broker.Network;

/// <summary>The connections that are open now, and the limits on their number.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class ConnectionRegistry(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Connection> _connections = new();
    private readonly Dictionary<IPAddress, int> _countByAddress = [];
    private readonly Lock _limitsLock = new();
    private int _count;

    /// <summary>Number of open connections.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The open connections, as they are at this moment.</summary>
    public IReadOnlyCollection<Connection> All => [.. _connections.Values];

    /// <summary>Takes a place for a connection from <paramref name="address"/>.</summary>
    /// <param name="address">Address of the client.</param>
    /// <param name="connectionsMax"><c>max.connections</c>.</param>
    /// <param name="connectionsPerAddressMax"><c>max.connections.per.ip</c> for that address.</param>
    /// <returns><see langword="false"/> when a limit is reached; else give the place back by <see cref="Remove"/> or <see cref="GiveBack"/>.</returns>
    public bool TryReserve(IPAddress address, int connectionsMax, int connectionsPerAddressMax)
    {
        lock (_limitsLock)
        {
            int ofAddress = _countByAddress.GetValueOrDefault(address);
            if (_count >= connectionsMax || ofAddress >= connectionsPerAddressMax) return false;
            _countByAddress[address] = ofAddress + 1;
            _count++;
            return true;
        }
    }

    /// <summary>Gives a reserved place back.</summary>
    public void GiveBack(IPAddress address)
    {
        lock (_limitsLock)
        {
            _count--;
            int left = _countByAddress[address] - 1;
            if (left == 0) _countByAddress.Remove(address);
            else _countByAddress[address] = left;
        }
    }

    public void Add(Connection connection) => _connections[connection.Id] = connection;

    public void Remove(Connection connection)
    {
        if (_connections.TryRemove(connection.Id, out _)) GiveBack(connection.RemoteAddress);
    }

    /// <summary>Ends connections that neither sent nor received for <paramref name="idleMax"/>.</summary>
    public void AbortIdle(TimeSpan idleMax)
    {
        foreach (Connection connection in _connections.Values)
        {
            if (!connection.IsHandling && time.GetElapsedTime(connection.LastActiveTimestamp) > idleMax) connection.Abort(CloseReason.Idle);
        }
    }

    /// <summary>Ends connections whose client left more than <paramref name="handlingMin"/> after a request that waits, a fetch for records perhaps.</summary>
    /// <remarks>Their answer would find it out, but that may be due in weeks: the client chooses how long it waits.</remarks>
    public void AbortGone(TimeSpan handlingMin)
    {
        foreach (Connection connection in _connections.Values)
        {
            if (connection.IsHandling && time.GetElapsedTime(connection.LastActiveTimestamp) > handlingMin && connection.IsClientGone) connection.Abort(CloseReason.ClientVanished);
        }
    }

    /// <summary>The connection whose client has let its unfinished large request stand still longest, if any did for <paramref name="stalledAfter"/>.</summary>
    public Connection? FindLongestStalled(TimeSpan stalledAfter)
    {
        Connection? longest = null;
        TimeSpan longestStalled = stalledAfter;
        foreach (Connection connection in _connections.Values)
        {
            if (connection.WaitsForMemory || connection.IsHandling || connection.PendingBytes <= FrameAssembler.FirstBufferBytes) continue;
            TimeSpan stalled = time.GetElapsedTime(connection.LastActiveTimestamp);
            if (stalled < longestStalled) continue;
            longest = connection;
            longestStalled = stalled;
        }
        return longest;
    }

    /// <summary>Whether no other connection has waited for receive memory for as long as <paramref name="waiting"/>.</summary>
    public bool IsLongestWaiting(Connection waiting)
    {
        foreach (Connection other in _connections.Values)
        {
            if (other == waiting || !other.WaitsForMemory) continue;
            if ((other.LastActiveTimestamp, other.Id).CompareTo((waiting.LastActiveTimestamp, waiting.Id)) < 0) return false;
        }
        return true;
    }

    /// <summary>Ends all connections.</summary>
    public void AbortAll(CloseReason reason)
    {
        foreach (Connection connection in _connections.Values) connection.Abort(reason);
    }
}
