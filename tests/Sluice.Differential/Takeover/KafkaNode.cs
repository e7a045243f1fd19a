using System.Globalization;
using System.Net.Sockets;
using Sluice.Conformance.Peers;

namespace Sluice.Differential.Takeover;

/// <summary>A real Apache Kafka, one node, whose directory outlives it.</summary>
internal sealed class KafkaNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ChildProcess _process;

    private KafkaNode(ChildProcess process, string folder, int port)
    {
        _process = process;
        LogFolder = Path.Combine(folder, "logs");
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public string LogFolder { get; }

    public string BootstrapServers { get; }

    /// <summary>Starts Kafka, formatting the folder at the first time, and waits until it listens.</summary>
    /// <param name="settings">Each as <c>name=value</c>; <c>scram=…</c> adds a user while formatting.</param>
    public static async Task<KafkaNode> StartAsync(string folder, int port, params string[] settings)
    {
        Directory.CreateDirectory(folder);
        ChildProcess process = ChildProcess.Start(
            Path.Combine(RunSettings.KafkaFolder!, "kafka"), ["start", folder, port.ToString(CultureInfo.InvariantCulture), .. settings], Path.Combine(folder, "kafka.log"),
            new Dictionary<string, string> { ["KAFKA_HEAP"] = "-Xmx512M -Xms256M" });
        var node = new KafkaNode(process, folder, port);
        try
        {
            await node.WaitUntilItListensAsync(port);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public Task StopAsync() => _process.StopAsync(Patience);

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.ExitAsync(Patience);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task WaitUntilItListensAsync(int port)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            if (_process.HasExited || Environment.TickCount64 > deadline) throw new InvalidOperationException($"Kafka did not start:\n{_process.Tail()}");
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
    }
}
