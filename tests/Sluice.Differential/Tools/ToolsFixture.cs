using Sluice.Conformance.Peers;
using Sluice.Differential.Peers;

namespace Sluice.Differential.Tools;

/// <summary>The broker that Kafka's tools are pointed at: Sluice, or a Kafka when the tests themselves are checked.</summary>
public sealed class ToolsFixture : IAsyncLifetime
{
    private Peer? _peer;

    internal Peer Peer => _peer!;

    internal string Bootstrap => $"127.0.0.1:{Peer.Port}";

    public async ValueTask InitializeAsync()
    {
        if (RunSettings.KafkaFolder is not { } folder) return;
        _peer = RunSettings.ComparesKafkaWithItself ? await KafkaPeer.StartAsync(folder, "Kafka") : await SluicePeer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_peer is not null) await _peer.DisposeAsync();
    }

    /// <summary>Runs a tool that wants to know the broker.</summary>
    internal Task<ToolResult> Run(string tool, params string[] arguments) => KafkaTool.Run([tool, "--bootstrap-server", Bootstrap, .. arguments]);
}
