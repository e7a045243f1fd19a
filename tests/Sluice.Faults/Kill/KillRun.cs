using System.Diagnostics;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Conformance.Peers;
using Sluice.Faults.Load;
using Sluice.Faults.Verification;
using Sluice.Protocol;

namespace Sluice.Faults.Kill;

/// <summary>
/// One data directory through many cycles: the broker serves a mixed load, is killed at a random moment, perhaps again while it recovers, and is
/// then asked, while nobody writes, whether everything that it promised is there.
/// </summary>
public sealed class KillRun : IDisposable
{
    // A generation's topics grow and are read as a whole in every cycle; new ones keep a cycle's time the same. Deleting the old ones is part of the test.
    private const int CyclesPerGeneration = 8;
    private const int LoadMsMin = 30;
    private const int LoadMsMax = 1300;
    private const int MovePauseMsMax = 30;
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(120);

    private readonly Random _random;
    private readonly TemporaryFolder _data = new("kill");
    private readonly string _logPath = Path.Combine(Path.GetTempPath(), $"sluice-kill-{Guid.NewGuid():n}.log");
    private readonly int _loadPort = FreePorts.Find(1);
    private readonly List<TopicLoad> _loads = [];
    private readonly Random _moves;
    private readonly string[] _directories;
    private readonly KillKind _kind;
    private readonly CancellationToken _cancellationToken;
    private IReadOnlyList<LoadTopic> _topics = [];
    private int _generation;
    private int _cycle;

    /// <param name="seed">Decides every random moment.</param>
    /// <param name="kind">What the broker does besides serving.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public KillRun(int seed, KillKind kind, CancellationToken cancellationToken)
    {
        _kind = kind;
        _random = new Random(seed);
        _moves = new Random(seed + 1);
        _directories = kind == KillKind.Moving ? [Path.Combine(_data.Path, "one"), Path.Combine(_data.Path, "two")] : [_data.Path];
        _cancellationToken = cancellationToken;
    }

    /// <summary>What the run went through, so that a run in which nothing happened does not pass for a good one.</summary>
    public KillCounts Counts { get; } = new();

    /// <summary>Runs cycles, the last generation drained and checked at their end.</summary>
    public async Task RunAsync(int cyclesCount, Action<string> report)
    {
        long startedAt = Stopwatch.GetTimestamp();
        try
        {
            for (_cycle = 1; _cycle <= cyclesCount; _cycle++)
            {
                await ServeAndKillAsync();
                await CheckQuietlyAsync();
                if (_cycle % CyclesPerGeneration == 0 || _cycle == cyclesCount)
                {
                    await FinishGenerationAsync();
                    report($"{_cycle} cycles in {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0} s: {Counts}");
                }
            }
        }
        catch
        {
            _data.Keep = true;
            report($"cycle {_cycle} failed; the data are in {_data.Path}, what the broker printed in {_logPath}");
            throw;
        }

        File.Delete(_logPath);
    }

    public void Dispose()
    {
        EndLoads();
        _data.Dispose();
    }

    private async Task ServeAndKillAsync()
    {
        await using BrokerProcess broker = Start(_loadPort);
        await broker.ReadyAsync();
        if (_loads.Count == 0) await BeginGenerationAsync(broker);
        Task moving = _kind == KillKind.Moving ? MoveAsync(broker) : Task.CompletedTask;
        await Task.Delay(_random.Next(LoadMsMin, LoadMsMax), _cancellationToken);
        if (_kind == KillKind.Moving) Counts.KillsWhileMoving += _directories.Count(static path => DataDirectory.HasCopies(path));
        await broker.KillAsync();
        Counts.Kills++;
        await moving;
    }

    // The load goes on trying the other port. Some of the starts are killed as well, some before they are ready.
    private async Task CheckQuietlyAsync()
    {
        while (_random.Next(3) == 0)
        {
            await using BrokerProcess dying = Start(_loadPort + 1);
            await Task.Delay(_random.Next(BrokerProcess.Program.EndsWith(".dll", StringComparison.Ordinal) ? 700 : 120), _cancellationToken);
            await dying.KillAsync();
            Counts.KillsWhileStarting++;
        }

        SortedDictionary<string, long> tornTails = DataDirectory.FindTornTails(_directories[0]);
        Counts.ReservedTails += DataDirectory.CountReservedTails(_directories[0]);
        await using BrokerProcess broker = Start(_loadPort + 1);
        await broker.ReadyAsync();
        RecoveryReport recovery = broker.Recovery();
        if (_topics.Count > 0) recovery.WasClean.ShouldBeFalse(broker.Tail);
        // Of a partition that was on its way, which of the two is recovered is the broker's to decide.
        if (_kind != KillKind.Moving) recovery.CutBytes.ShouldBe(tornTails, $"cycle {_cycle}: what recovery says it cut is not what was torn\n{broker.Tail}");
        Counts.TornTails += tornTails.Count;
        await CheckContentAsync(broker, isDrained: false);
        await EndQuietlyAsync(broker);
    }

    private async Task EndQuietlyAsync(BrokerProcess broker)
    {
        if (_random.Next(2) == 0)
        {
            await broker.KillAsync();
            return;
        }

        await broker.StopAsync();
        Counts.CleanStops++;
        foreach (string directory in _directories)
        {
            DataDirectory.Check(directory, static partition => partition.StartsWith("prices", StringComparison.Ordinal))
                .ShouldBeEmpty($"cycle {_cycle}: files after a clean stop");
        }
    }

    private async Task CheckContentAsync(BrokerProcess broker, bool isDrained)
    {
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.BootstrapServers, cancellationToken: _cancellationToken);
        IReadOnlyList<Client.TopicMetadata> listed = await new AdminClient(cluster).ListTopicsAsync(cancellationToken: _cancellationToken);
        listed.Select(static topic => topic.Name).Order().ShouldBe(_topics.Select(static topic => topic.Name).Order(), $"cycle {_cycle}: topics");
        List<string> problems = [];
        foreach (TopicLoad load in _loads)
        {
            if (load.FatalError is { } error) problems.Add($"{load.Topic.Name}: the producer gave up: {error}");
            IReadOnlyList<PartitionContent> contents = await TopicReader.ReadAsync(cluster, load.Topic, _cancellationToken);
            for (int partition = 0; partition < contents.Count; partition++)
            {
                PartitionLedger ledger = load.Ledgers[partition];
                problems.AddRange(ledger.Failures());
                problems.AddRange(PartitionCheck.Run(load.Topic.Promise, ledger, contents[partition]));
                Counts.Add(load.Topic.Promise, contents[partition], isDrained);
            }
        }

        problems.Take(30).ShouldBeEmpty($"cycle {_cycle}");
    }

    private async Task BeginGenerationAsync(BrokerProcess broker)
    {
        _topics = _kind == KillKind.Mapped ? KillTopics.LargeOf(_generation++) : KillTopics.Of(_generation++);
        await using (KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.BootstrapServers, cancellationToken: _cancellationToken))
        {
            AdminClient admin = new(cluster);
            foreach (LoadTopic topic in _topics)
            {
                await admin.CreateTopicAsync(new NewTopic(topic.Name, topic.PartitionsCount, Configs: topic.Configs), _cancellationToken);
            }
        }

        foreach (LoadTopic topic in _topics) _loads.Add(new TopicLoad(broker.BootstrapServers, topic, _random.Next()));
    }

    // Every record's fate becomes known, so that nothing may be missing; then the topics go, and the broker is killed while they do.
    private async Task FinishGenerationAsync()
    {
        await using BrokerProcess broker = Start(_loadPort);
        await broker.ReadyAsync();
        foreach (TopicLoad load in _loads)
        {
            await load.StopSendingAsync();
            load.Drain(DrainPatience).ShouldBeTrue($"{load.Topic.Name}: records without an answer");
        }

        await CheckContentAsync(broker, isDrained: true);
        foreach (PartitionLedger ledger in _loads.SelectMany(static load => load.Ledgers))
        {
            ledger.OpenCount.ShouldBe(0, ledger.Name);
            Counts.Acknowledged += ledger.SentCount;
        }

        EndLoads();
        await using (KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.BootstrapServers, cancellationToken: _cancellationToken))
        {
            AdminClient admin = new(cluster);
            foreach (LoadTopic topic in _topics) await admin.DeleteTopicAsync(topic.Name, _cancellationToken);
        }

        _topics = [];
        await Task.Delay(_random.Next(150), _cancellationToken);
        await broker.KillAsync();
        Counts.Kills++;
        await CheckQuietlyAsync();
    }

    private void EndLoads()
    {
        foreach (TopicLoad load in _loads) load.Dispose();
        _loads.Clear();
    }

    private BrokerProcess Start(int port) => BrokerProcess.Start(
        string.Join(',', _directories), port, _logPath, [.. KillTopics.BrokerSettings, ("log.append", _kind == KillKind.Mapped ? "mapped" : "buffered")]);

    // Partitions go to and fro until the broker is gone.
    private async Task MoveAsync(BrokerProcess broker)
    {
        try
        {
            await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.BootstrapServers, cancellationToken: _cancellationToken);
            AdminClient admin = new(cluster);
            int brokerId = cluster.Metadata.Brokers.Keys.First();
            while (true)
            {
                LoadTopic topic = _topics[_moves.Next(_topics.Count)];
                string directory = _directories[_moves.Next(_directories.Length)];
                await admin.AlterReplicaLogDirsAsync(brokerId, directory, topic.Name, [_moves.Next(topic.PartitionsCount)], _cancellationToken);
                Counts.MovesAsked++;
                await Task.Delay(_moves.Next(MovePauseMsMax), _cancellationToken);
            }
        }
        catch (KafkaException exception) when (exception.Error == ErrorCode.NetworkException)
        {
            // The broker was killed: that is how this ends.
        }
    }
}
