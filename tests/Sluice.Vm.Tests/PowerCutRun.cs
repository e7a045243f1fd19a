using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Conformance.Peers;
using Sluice.Faults.Load;
using Sluice.Faults.Verification;
using Sluice.Vm.Tests.Disk;
using Sluice.Vm.Tests.Machine;

namespace Sluice.Vm.Tests;

/// <summary>One disk through many power cuts: the machine boots, what it promised before is checked, a new load begins, the power goes.</summary>
public sealed class PowerCutRun : IDisposable
{
    private const long DiskBytes = 384L << 20;
    private const int LoadMsMin = 300;
    private const int LoadMsMax = 2500;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    // Topics of earlier cuts stay for some more, so that what survived once is seen to survive again.
    private const int KeptCuts = 3;

    private readonly VmKit _kit;
    private readonly Random _random;
    private readonly CancellationToken _cancellationToken;
    private readonly Action<string> _report;
    private readonly TemporaryFolder _folder;
    private readonly List<TopicLoad> _loads = [];
    private readonly List<string> _expectedTopics = [];
    private readonly DroppingDisk _disk;

    // The same after every cut: transactional producers go on with what they were at.
    private readonly int _port = FreePorts.Find();
    private TransactionalTopics? _transactions;

    private PowerCutRun(VmKit kit, DroppingDisk disk, TemporaryFolder folder, int seed, Action<string> report, CancellationToken cancellationToken)
    {
        _kit = kit;
        _disk = disk;
        _folder = folder;
        _random = new Random(seed);
        _report = report;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Records that were acknowledged after their own flush, and were there after the cut.</summary>
    public long SyncedCount { get; private set; }

    /// <summary>Records that were acknowledged from the page cache.</summary>
    public long CachedCount { get; private set; }

    /// <summary>Those of them that a cut took.</summary>
    public long CachedLostCount { get; private set; }

    /// <summary>Transactions whose commit was acknowledged, and that were there as a whole after the cut.</summary>
    public long TransactionsCount { get; private set; }

    /// <summary>Makes an empty disk.</summary>
    public static async Task<PowerCutRun> CreateAsync(VmKit kit, int seed, Action<string> report, CancellationToken cancellationToken)
    {
        TemporaryFolder folder = new("vm");
        string platter = Path.Combine(folder.Path, "platter");
        string seen = Path.Combine(folder.Path, "seen");
        await Ext4.MakeAsync(platter, DiskBytes);
        File.Copy(platter, seen);
        return new PowerCutRun(kit, new DroppingDisk(seen, platter), folder, seed, report, cancellationToken);
    }

    /// <summary>Cuts the power so many times, and checks after each.</summary>
    public async Task RunAsync(int cutsCount)
    {
        try
        {
            for (int cut = 0; cut <= cutsCount; cut++)
            {
                long startedAt = Stopwatch.GetTimestamp();
                await using VirtualMachine machine = await VirtualMachine.StartAsync(_kit, _disk, _folder.Path, _port);
                TimeSpan boot = Stopwatch.GetElapsedTime(startedAt);
                await CheckAsync(machine, cut);
                if (cut == cutsCount) return;
                await LoadAsync(machine, cut);
                // Three in four at a moment when the disk's cache has something to lose, within some flush; the others whenever it is.
                if (_random.Next(4) > 0) await Task.WhenAny(_disk.StopAtUnflushed(_random.Next(1, 40)), Task.Delay(StopPatience, _cancellationToken));
                _disk.Stop();
                await machine.CutPowerAsync();
                // Retries lead nowhere from here on.
                foreach (TopicLoad load in _loads) load.Dispose();
                _transactions?.RequestStop();
                string lost = _disk.Cut((PowerLoss)_random.Next(3), _random);
                _report(string.Create(CultureInfo.InvariantCulture, $"cut {cut + 1}: {lost}; booted in {boot.TotalSeconds:0.0} s, all in {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0} s, {machine.Recovery()}"));
            }
        }
        catch
        {
            _folder.Keep = true;
            _report($"failed; the disk and the console are in {_folder.Path}");
            throw;
        }
    }

    public void Dispose()
    {
        foreach (TopicLoad load in _loads) load.Dispose();
        _transactions?.Dispose();
        _disk.Dispose();
        _folder.Dispose();
    }

    // Where some topic is flushed all the time, so is the disk; one cut in three finds a disk with more in its cache.
    private static bool IsFlushedAllTheTime(int cut) => cut % 3 != 2;

    private static IEnumerable<LoadTopic> TopicsOf(int cut) => !IsFlushedAllTheTime(cut) ? CachedTopicsOf(cut) : FlushedTopicsOf(cut).Concat(CachedTopicsOf(cut));

    private static IEnumerable<LoadTopic> FlushedTopicsOf(int cut)
    {
        string flushed = "1";
        yield return new($"synced-{cut}", 2, TopicPromise.ExactlyOnce, LoadTopic.CodecAt(cut), Acks.All, Settings(("flush.messages", flushed)));
        yield return new($"plain-{cut}", 1, TopicPromise.AtLeastOnce, LoadTopic.CodecAt(cut + 1), Acks.Leader, Settings(("flush.messages", flushed)));
        yield return new($"prices-{cut}", 1, TopicPromise.LatestOfKey, LoadTopic.CodecAt(cut + 2), Acks.All, Settings(
            ("flush.messages", flushed), ("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0.01"), ("delete.retention.ms", "200")));
        yield return new($"events-{cut}", 1, TopicPromise.ExactlyOnceAboveLogStart, LoadTopic.CodecAt(cut + 3), Acks.All, Settings(
            ("flush.messages", flushed), ("retention.bytes", "100000")));
    }

    // A roll is followed by a flush: one rolls often, the other never.
    private static IEnumerable<LoadTopic> CachedTopicsOf(int cut)
    {
        yield return new($"cached-{cut}", 2, TopicPromise.Prefix, LoadTopic.CodecAt(cut + 4), Acks.All, Settings());
        yield return new($"unrolled-{cut}", 1, TopicPromise.Prefix, LoadTopic.CodecAt(cut), Acks.All, Settings(("segment.ms", "3600000")));
    }

    private static Dictionary<string, string> Settings(params IEnumerable<(string Name, string Value)> more)
    {
        Dictionary<string, string> configs = new()
        {
            ["segment.ms"] = "400",
            ["segment.bytes"] = "1048576",
            ["segment.index.bytes"] = "65536",
            ["index.interval.bytes"] = "700",
            ["file.delete.delay.ms"] = "100",
        };
        foreach ((string name, string value) in more) configs[name] = value;
        return configs;
    }

    private async Task LoadAsync(VirtualMachine machine, int cut)
    {
        await using (KafkaCluster cluster = await KafkaCluster.ConnectAsync(machine.BootstrapServers, cancellationToken: _cancellationToken))
        {
            AdminClient admin = new(cluster);
            foreach (TopicLoad old in _loads.Where(load => load.Topic.Name.EndsWith($"-{cut - KeptCuts}", StringComparison.Ordinal)).ToArray())
            {
                // Acknowledged, so it must still be deleted after the next cut.
                await admin.DeleteTopicAsync(old.Topic.Name, _cancellationToken);
                _expectedTopics.Remove(old.Topic.Name);
                _loads.Remove(old);
            }

            if (cut == 0)
            {
                await TransactionalTopics.PrepareAsync(cluster, _cancellationToken);
                _expectedTopics.AddRange(TransactionalTopics.CoordinatorTopics);
            }
            foreach (string old in TransactionalTopics.Names(cut - KeptCuts).Where(_expectedTopics.Contains).ToArray())
            {
                await admin.DeleteTopicAsync(old, _cancellationToken);
                _expectedTopics.Remove(old);
            }
            if (IsFlushedAllTheTime(cut))
            {
                _transactions = await TransactionalTopics.StartAsync(admin, machine.BootstrapServers, cut, _random.Next(), _cancellationToken);
                _expectedTopics.AddRange(TransactionalTopics.Names(cut));
            }

            foreach (LoadTopic topic in TopicsOf(cut))
            {
                await admin.CreateTopicAsync(new NewTopic(topic.Name, topic.PartitionsCount, Configs: topic.Configs), _cancellationToken);
                _expectedTopics.Add(topic.Name);
            }
        }

        foreach (LoadTopic topic in TopicsOf(cut)) _loads.Add(new TopicLoad(machine.BootstrapServers, topic, _random.Next()));
        await FirstAcknowledgementAsync();
        await Task.Delay(_random.Next(LoadMsMin, LoadMsMax), _cancellationToken);
    }

    // A producer needs seconds for its first record where the machine is emulated; a cut before it would prove nothing.
    private async Task FirstAcknowledgementAsync()
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(1));
        foreach (PartitionLedger ledger in _loads.SelectMany(static load => load.Ledgers))
        {
            while (ledger.Acknowledged().Length == 0) await Task.Delay(20, deadline.Token);
        }
        if (_transactions is { } transactions) await transactions.FirstCommitsAsync(deadline.Token);
    }

    private async Task CheckAsync(VirtualMachine machine, int cut)
    {
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(machine.BootstrapServers, cancellationToken: _cancellationToken);
        IReadOnlyList<Client.TopicMetadata> listed = await new AdminClient(cluster).ListTopicsAsync(includeInternal: true, _cancellationToken);
        listed.Select(static topic => topic.Name).Order().ShouldBe(_expectedTopics.Order(), $"topics after cut {cut}");
        List<string> problems = [];
        foreach (TopicLoad load in _loads)
        {
            IReadOnlyList<PartitionContent> contents = await TopicReader.ReadAsync(cluster, load.Topic, _cancellationToken);
            for (int partition = 0; partition < contents.Count; partition++)
            {
                PartitionLedger ledger = load.Ledgers[partition];
                problems.AddRange(PartitionCheck.Run(load.Topic.Promise, ledger, contents[partition]));
                if (load.Topic.Name.EndsWith($"-{cut - 1}", StringComparison.Ordinal)) Count(load.Topic, ledger, contents[partition]);
            }
        }

        problems.Take(30).ShouldBeEmpty($"after cut {cut}\n{machine.Tail}");
        if (_transactions is not { } transactions) return;
        await transactions.EndAsync(_cancellationToken);
        transactions.Check(machine.BootstrapServers);
        TransactionsCount += transactions.CommittedCount;
        transactions.Dispose();
        _transactions = null;
    }

    private void Count(LoadTopic topic, PartitionLedger ledger, PartitionContent content)
    {
        (long Index, long Offset)[] acknowledged = ledger.Acknowledged();
        if (topic.Promise == TopicPromise.Prefix)
        {
            CachedCount += acknowledged.Length;
            CachedLostCount += acknowledged.Count(record => record.Offset >= content.EndOffset);
        }
        else
        {
            SyncedCount += acknowledged.Length;
        }
    }
}
