using Sluice.Broker.Network;

namespace Sluice.Testing;

/// <summary>A client's connection to the broker.</summary>
/// <remarks>What is told is of the moment at which it was asked for. Safe for any thread.</remarks>
public sealed class BrokerConnection
{
    private readonly Connection _connection;

    internal BrokerConnection(Connection connection, ConnectionNotes notes)
    {
        _connection = connection;
        ClientId = notes.ClientId;
        ClientSoftware = notes.ClientSoftware;
        RequestsCount = notes.RequestsCount;
    }

    /// <summary>Its number in this process, as in <see cref="SeenRequest.ConnectionId"/>.</summary>
    public long Id => _connection.Id;

    /// <summary>The <c>client.id</c> of its latest request; empty if it gave none.</summary>
    public string ClientId { get; }

    /// <summary>Name and version of the client's library, such as <c>confluent-kafka-dotnet 2.15.1</c>; empty if it did not tell.</summary>
    public string ClientSoftware { get; }

    /// <summary>Requests that it has sent; 1 or more.</summary>
    public int RequestsCount { get; }

    /// <summary>Ends the connection now, in the middle of what it does. To the client it is a network that failed: it connects again.</summary>
    public void Drop() => _connection.Abort(CloseReason.Injected);

    /// <summary>Says it in one line.</summary>
    public override string ToString() => $"connection {Id} of '{ClientId}'{(ClientSoftware.Length == 0 ? "" : $" ({ClientSoftware})")}: {RequestsCount} requests";
}
