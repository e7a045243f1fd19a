using System.Globalization;
using Confluent.Kafka;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Conformance.Clients;
using Sluice.Protocol.Messages;

namespace Sluice.Vm.Tests;

/// <summary>Producers whose transactions span two topics and a group's offset, from the start of a load to the cut, and what is left of them afterwards.</summary>
/// <remarks>Everything that takes part is flushed before it is acknowledged: data, decisions and offsets.</remarks>
internal sealed class TransactionalTopics : IDisposable
{
    private const int ProducersCount = 2;
    private const int PartitionsCount = 2;

    private static readonly ConfigChange[] s_flushed = [new("flush.messages", "1")];

    private readonly CancellationTokenSource _stop = new();
    private readonly TransactionalLoad[] _loads;
    private readonly Task[] _running;
    private readonly int _cut;

    private TransactionalTopics(string bootstrapServers, int cut, int seed)
    {
        _cut = cut;
        TopicPartition[] targets = [.. Names(cut).SelectMany(static name => Enumerable.Range(0, PartitionsCount).Select(index => new TopicPartition(name, index)))];
        _loads = [.. Enumerable.Range(0, ProducersCount).Select(index => new TransactionalLoad(bootstrapServers, Id(cut, index), targets, seed + index))];
        _running = [.. _loads.Select(load => Task.Factory.StartNew(() => load.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Topics of the coordinators, which the first cut finds made.</summary>
    public static IEnumerable<string> CoordinatorTopics => ["__consumer_offsets", "__transaction_state"];

    /// <summary>Commits that were acknowledged until now.</summary>
    public int CommittedCount => _loads.Sum(static load => load.CommittedCount);

    /// <summary>The topics of one cut.</summary>
    public static IEnumerable<string> Names(int cut) => new[] { "from", "to" }.Select(name => string.Create(CultureInfo.InvariantCulture, $"{name}-{cut}"));

    /// <summary>Has the coordinators' topics made, and flushed before every answer from now on.</summary>
    public static async Task PrepareAsync(KafkaCluster cluster, CancellationToken cancellationToken)
    {
        foreach (sbyte keyType in new sbyte[] { 0, 1 })
        {
            KafkaConnection connection = await cluster.AnyAsync(cancellationToken);
            await connection.SendAsync(new FindCoordinatorRequest { KeyType = keyType, CoordinatorKeys = ["any"] }, null, cancellationToken);
        }
        AdminClient admin = new(cluster);
        foreach (string topic in CoordinatorTopics) await admin.AlterConfigsAsync(ConfigResource.Topic(topic), s_flushed, cancellationToken);
    }

    /// <summary>Makes the topics of a cut and begins to write to them.</summary>
    public static async Task<TransactionalTopics> StartAsync(AdminClient admin, string bootstrapServers, int cut, int seed, CancellationToken cancellationToken)
    {
        Dictionary<string, string> configs = new() { ["flush.messages"] = "1" };
        foreach (string name in Names(cut)) await admin.CreateTopicAsync(new NewTopic(name, PartitionsCount, Configs: configs), cancellationToken);
        return new TransactionalTopics(bootstrapServers, cut, seed);
    }

    /// <summary>Waits until each producer has committed something.</summary>
    public async Task FirstCommitsAsync(CancellationToken cancellationToken)
    {
        while (_loads.Any(static load => load.CommittedCount == 0)) await Task.Delay(20, cancellationToken);
    }

    /// <summary>Has no more transactions begun.</summary>
    public void RequestStop() => _stop.Cancel();

    /// <summary>Waits until the transactions are over that the cut interrupted: their producers go on with the broker that is there now.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => Task.WhenAll(_running).WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);

    /// <summary>Checks that every transaction is there as a whole or not at all, and each one whose commit was acknowledged is.</summary>
    public void Check(string bootstrapServers) => TransactionalCheck.Run(bootstrapServers, _loads, string.Create(CultureInfo.InvariantCulture, $"after cut {_cut + 1}"));

    public void Dispose()
    {
        foreach (TransactionalLoad load in _loads) load.Dispose();
        _stop.Dispose();
    }

    private static string Id(int cut, int index) => string.Create(CultureInfo.InvariantCulture, $"tx-{cut}-{index}");
}
