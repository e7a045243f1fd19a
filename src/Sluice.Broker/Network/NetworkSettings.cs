using Sluice.Metadata.Configs;

namespace Sluice.Broker.Network;

/// <summary>Socket sizes of the listeners, fixed at start.</summary>
internal sealed class NetworkSettings
{
    /// <summary><c>socket.listen.backlog.size</c>.</summary>
    public required int ListenBacklog { get; init; }

    /// <summary><c>socket.send.buffer.bytes</c>; not above 0 leaves the system's choice, which grows by itself.</summary>
    public required int SendBufferBytes { get; init; }

    /// <summary><c>socket.receive.buffer.bytes</c>; not above 0 leaves the system's choice.</summary>
    public required int ReceiveBufferBytes { get; init; }

    /// <summary>Reads them.</summary>
    /// <remarks>
    /// Buffer sizes count only where somebody set them: Kafka's default of 100 KiB would switch the kernel's own tuning off, which
    /// gives a fast reader several MiB.
    /// </remarks>
    public static NetworkSettings From(BrokerSettings settings) => new()
    {
        ListenBacklog = settings.GetInt(BrokerConfigKeys.SocketListenBacklogSize),
        SendBufferBytes = ChosenSize(settings, BrokerConfigKeys.SocketSendBufferBytes),
        ReceiveBufferBytes = ChosenSize(settings, BrokerConfigKeys.SocketReceiveBufferBytes),
    };

    private static int ChosenSize(BrokerSettings settings, ConfigKey key) => settings.SourceOf(key) == ConfigSource.Default ? -1 : settings.GetInt(key);
}
