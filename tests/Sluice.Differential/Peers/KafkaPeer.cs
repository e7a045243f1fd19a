using System.Net.Sockets;
using Sluice.Conformance.Peers;

namespace Sluice.Differential.Peers;

/// <summary>A real Apache Kafka, one node, with a data folder of its own.</summary>
internal sealed class KafkaPeer : Peer
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private readonly int _saslPort;

    private KafkaPeer(string name, TemporaryFolder folder, ChildProcess process, int port, int saslPort)
    {
        _saslPort = saslPort;
        Name = name;
        _folder = folder;
        _process = process;
        Port = port;
    }

    public override string Name { get; }

    public override int Port { get; }

    public override int SaslPort => _saslPort;

    public override string LogFolder => Path.Combine(_folder.Path, "data", "logs");

    public override string SecondLogFolder => Path.Combine(_folder.Path, "data", "second");

    /// <summary>Starts the broker and waits until it answers.</summary>
    /// <param name="kafkaFolder">Holds the launcher <c>kafka</c> and its libraries.</param>
    /// <param name="name">In reports.</param>
    /// <param name="settings">Beside <see cref="EquivalentSettings.All"/>.</param>
    public static Task<KafkaPeer> StartAsync(string kafkaFolder, string name, params IEnumerable<(string Name, string Value)> settings) =>
        // The launcher puts the controller's listener eleven ports higher.
        StartAsync(kafkaFolder, name, FreePorts.Find(11), saslPort: 0, settings);

    /// <summary>Starts a broker with a second listener, <see cref="SaslSettings"/>.</summary>
    public static Task<KafkaPeer> StartSaslAsync(string kafkaFolder, string name, params IEnumerable<(string Name, string Value)> settings)
    {
        int port = FreePorts.Find(11);
        int saslPort = FreePorts.Find();
        string clients = $"PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{saslPort}";
        return StartAsync(
            kafkaFolder, name, port, saslPort,
            [("listeners", $"{clients},CONTROLLER://127.0.0.1:{port + 11}"), ("advertised.listeners", clients), .. SaslSettings.All, .. settings]);
    }

    private static async Task<KafkaPeer> StartAsync(string kafkaFolder, string name, int port, int saslPort, IEnumerable<(string Name, string Value)> settings)
    {
        TemporaryFolder folder = new("kafka");
        string data = Path.Combine(folder.Path, "data");
        ChildProcess process = ChildProcess.Start(
            Path.Combine(kafkaFolder, "kafka"),
            ["start", data, $"{port}", .. EquivalentSettings.All.Concat(settings).Select(setting => $"{setting.Name}={setting.Value.Replace(EquivalentSettings.Folder, data)}")],
            Path.Combine(folder.Path, "kafka.log"),
            new Dictionary<string, string> { ["KAFKA_HEAP"] = "-Xmx768M -Xms256M" });
        KafkaPeer peer = new(name, folder, process, port, saslPort);
        try
        {
            await peer.WaitUntilItListensAsync();
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Leaves data and log on disk, for the reader of a failed run.</summary>
    public void KeepFiles() => _folder.Keep = true;

    /// <summary>Ends the broker in order; its folder stays until it is disposed.</summary>
    public Task StopAsync() => _process.StopAsync(StopPatience);

    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await _process.StopAsync(StopPatience);
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task WaitUntilItListensAsync()
    {
        long deadline = Environment.TickCount64 + (long)StartPatience.TotalMilliseconds;
        while (Environment.TickCount64 < deadline)
        {
            if (_process.HasExited) throw new InvalidOperationException($"Kafka did not start:\n{_process.Tail()}");
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
        throw new InvalidOperationException($"Kafka did not listen in time:\n{_process.Tail()}");
    }
}
