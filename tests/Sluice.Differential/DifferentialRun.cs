using Sluice.Differential.Comparison;
using Sluice.Differential.Peers;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

[assembly: AssemblyFixture(typeof(Sluice.Differential.DifferentialRun))]

namespace Sluice.Differential;

/// <summary>One Kafka and one Sluice, started with the first scenario and stopped after the last test. Scenarios run one at a time, each once.</summary>
/// <remarks>More of each, of other settings, are there for the scenarios that wait for a broker's own doings, for those with ACLs, and for those about logging in.</remarks>
public sealed class DifferentialRun : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<Scenario, ScenarioOutcome> _outcomes = [];
    private (Peer Kafka, Peer Sluice)? _peers;
    private (Peer Kafka, Peer Sluice)? _restless;
    private (Peer Kafka, Peer Sluice)? _guarded;
    private (Peer Kafka, Peer Sluice)? _sasl;
    private (Peer Kafka, Peer Sluice)? _guardedSasl;
    private (Peer Kafka, Peer Sluice)? _twoLogFolders;
    private bool _failed;

    /// <summary>Skips the running test unless a Kafka was given.</summary>
    public static void SkipWithoutKafka() => Assert.SkipUnless(
        RunSettings.KafkaFolder is not null,
        $"no Apache Kafka to compare with: set {RunSettings.KafkaFolderVariable} to a folder with its launcher, or run ./test.sh --kafka FOLDER");

    internal async Task<ScenarioOutcome> OutcomeOf(Scenario scenario)
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_outcomes.TryGetValue(scenario, out ScenarioOutcome? known)) return known;
            ScenarioOutcome outcome = await RunAsync(scenario, scenario switch
            {
                { HasRestlessBrokers: true } => _restless ??= await StartPeersAsync(EquivalentSettings.Restless),
                { HasGuardedBrokers: true, HasSaslListener: true } => _guardedSasl ??= await StartSaslPeersAsync(SaslSettings.Guarded),
                { HasGuardedBrokers: true } => _guarded ??= await StartPeersAsync(EquivalentSettings.Guarded),
                { HasTwoLogFolders: true } => _twoLogFolders ??= await StartPeersAsync(EquivalentSettings.TwoLogFolders),
                { HasSaslListener: true } => _sasl ??= await StartSaslPeersAsync([]),
                _ => _peers ??= await StartPeersAsync([]),
            });
            _failed |= outcome.Failure is not null || outcome.Unexplained.Count > 0;
            return _outcomes[scenario] = outcome;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal async Task<IReadOnlyList<ScenarioOutcome>> AllOutcomes()
    {
        List<ScenarioOutcome> outcomes = [];
        foreach (Scenario scenario in ScenarioCatalog.All) outcomes.Add(await OutcomeOf(scenario));
        return outcomes;
    }

    internal async Task<string> CompatibilityPage()
    {
        IReadOnlyList<ScenarioOutcome> outcomes = await AllOutcomes();
        return Differential.CompatibilityPage.Write(outcomes, KafkaName(), await ServedBy(_peers!.Value.Kafka), await ServedBy(_peers.Value.Sluice));
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((Peer kafka, Peer sluice) in new[] { _peers, _restless, _guarded, _sasl, _guardedSasl, _twoLogFolders }.OfType<(Peer, Peer)>())
        {
            if (_failed) (kafka as KafkaPeer)?.KeepFiles();
            await kafka.DisposeAsync();
            await sluice.DisposeAsync();
        }
        _gate.Dispose();
    }

    private static async Task<Dictionary<ApiKey, ServedVersions>> ServedBy(Peer peer)
    {
        using Session session = new(peer, new Scenario(ApiKey.ApiVersions, "Page", static _ => Task.CompletedTask), nowMs: 0);
        return ServedVersions.From(await session.Ask(new ApiVersionsRequest(), 0));
    }

    // The release is in the name of Kafka's own library.
    private static string KafkaName()
    {
        string library = Directory.EnumerateFiles(Path.Combine(RunSettings.KafkaFolder!, "libs"), "kafka-clients-*.jar").Single();
        return $"Apache Kafka {Path.GetFileNameWithoutExtension(library)["kafka-clients-".Length..]}";
    }

    private static async Task<(Peer Kafka, Peer Sluice)> StartPeersAsync(IReadOnlyList<(string Name, string Value)> settings)
    {
        string folder = RunSettings.KafkaFolder!;
        Peer sluice = RunSettings.ComparesKafkaWithItself ? await KafkaPeer.StartAsync(folder, "Kafka again", settings) : await SluicePeer.StartAsync(settings);
        return (await KafkaPeer.StartAsync(folder, "Kafka", settings), sluice);
    }

    private static async Task<(Peer Kafka, Peer Sluice)> StartSaslPeersAsync(IReadOnlyList<(string Name, string Value)> settings)
    {
        string folder = RunSettings.KafkaFolder!;
        Peer sluice = RunSettings.ComparesKafkaWithItself ? await KafkaPeer.StartSaslAsync(folder, "Kafka again", settings) : await SluicePeer.StartSaslAsync(settings);
        return (await KafkaPeer.StartSaslAsync(folder, "Kafka", settings), sluice);
    }

    private static async Task<ScenarioOutcome> RunAsync(Scenario scenario, (Peer Kafka, Peer Sluice) peers)
    {
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Task<(Transcript Transcript, string? Failure)> onKafka = RunAsync(scenario, peers.Kafka, nowMs);
        Task<(Transcript Transcript, string? Failure)> onSluice = RunAsync(scenario, peers.Sluice, nowMs);
        (Transcript kafka, string? kafkaFailure) = await onKafka;
        (Transcript sluice, string? sluiceFailure) = await onSluice;

        if (RunSettings.TranscriptFolder is { } folder)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{scenario.Slug}.kafka.txt"), kafka.ToString());
            await File.WriteAllTextAsync(Path.Combine(folder, $"{scenario.Slug}.sluice.txt"), sluice.ToString());
        }

        List<Difference> unexplained = [];
        List<(Difference, ExpectedDifference)> explained = [];
        foreach (Difference difference in TranscriptComparer.Compare(scenario.ToString(), kafka, sluice))
        {
            ExpectedDifference? expected = RunSettings.ComparesKafkaWithItself
                ? null
                : ExpectedDifferences.All.FirstOrDefault(candidate => candidate.Covers(difference));
            if (expected is null) unexplained.Add(difference);
            else explained.Add((difference, expected));
        }
        return new ScenarioOutcome(scenario, kafka.Steps.Count, unexplained, explained, kafkaFailure ?? sluiceFailure);
    }

    // A script that fails on one peer is a result like any other: what was asked before it is still compared.
    private static async Task<(Transcript Transcript, string? Failure)> RunAsync(Scenario scenario, Peer peer, long nowMs)
    {
        using Session session = new(peer, scenario, nowMs);
        try
        {
            await scenario.Script(session);
            return (session.Transcript, null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return (session.Transcript, $"{peer.Name}: {failure}");
        }
    }
}
