using Microsoft.Extensions.Logging;
using Sluice.Conformance.Peers;

namespace Sluice.Differential.Peers;

/// <summary>The broker under test, inside this process, so that a debugger sees both the question and the answer.</summary>
internal sealed class SluicePeer : Peer
{
    private readonly InProcessBroker _broker;

    private SluicePeer(InProcessBroker broker) => _broker = broker;

    public override string Name => "Sluice";

    public override int Port => _broker.Port;

    public override int SaslPort => _broker.Server.Endpoints[1].Address.Port;

    public override string LogFolder => _broker.Server.LogDirectories[0];

    public override string SecondLogFolder => _broker.Server.LogDirectories[1];

    /// <param name="settings">Beside <see cref="EquivalentSettings.All"/>.</param>
    public static async Task<SluicePeer> StartAsync(params IEnumerable<(string Name, string Value)> settings) =>
        new(await InProcessBroker.StartAsync(new DiscardingLoggers(), LogLevel.Warning, EquivalentSettings.All.Concat(settings)));

    /// <summary>Starts a broker with a second listener, <see cref="SaslSettings"/>.</summary>
    public static Task<SluicePeer> StartSaslAsync(params IEnumerable<(string Name, string Value)> settings) =>
        StartAsync([("listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0"), .. SaslSettings.All, .. settings]);

    public override ValueTask DisposeAsync() => _broker.DisposeAsync();
}
