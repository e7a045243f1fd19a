using Confluent.Kafka;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance.Clients;

/// <summary>What a broker has of transactions, beside what their producers were told of them.</summary>
public static class TransactionalCheck
{
    /// <summary>Checks every transaction of some producers that have stopped, and that nothing of theirs holds anybody back.</summary>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="loads">All who wrote to their partitions.</param>
    /// <param name="note">Added to what is said of a transaction that is not as it should be.</param>
    public static void Run(string bootstrapServers, IReadOnlyCollection<TransactionalLoad> loads, string note)
    {
        foreach (TransactionalLoad load in loads) EndOpenTransaction(bootstrapServers, load);
        TopicPartition[] targets = [.. loads.SelectMany(static load => load.Targets).Distinct()];
        HashSet<string> seen = ReadAll(bootstrapServers, targets, IsolationLevel.ReadCommitted);
        HashSet<string> written = ReadAll(bootstrapServers, targets, IsolationLevel.ReadUncommitted);
        foreach (TransactionalLoad load in loads)
        {
            CheckValues(load, seen, note);
            CheckAborted(load, written, note);
            CheckOffset(bootstrapServers, load, seen, note);
        }
    }

    // A producer that starts under the id ends what the one before left open.
    private static void EndOpenTransaction(string bootstrapServers, TransactionalLoad load)
    {
        using IProducer<string, string> producer = TransactionalClients.OpenProducer(bootstrapServers, load.TransactionalId);
        producer.InitTransactions(Volume.Patience);
    }

    private static HashSet<string> ReadAll(string bootstrapServers, IEnumerable<TopicPartition> targets, IsolationLevel isolation)
    {
        HashSet<string> seen = [];
        foreach (IGrouping<string, TopicPartition> topic in targets.GroupBy(static target => target.Topic))
        {
            int partitionsCount = topic.Max(static target => target.Partition.Value) + 1;
            foreach (string value in TransactionalClients.ReadAll(bootstrapServers, topic.Key, partitionsCount, isolation)) seen.Add(value).ShouldBeTrue($"{value} is there twice");
        }
        return seen;
    }

    private static int Count(TransactionalLoad load, int transaction, HashSet<string> values) =>
        Enumerable.Range(0, load.ValuesCount[transaction]).Count(index => values.Contains(TransactionalLoad.Value(load.TransactionalId, transaction, index)));

    private static void CheckValues(TransactionalLoad load, HashSet<string> seen, string note)
    {
        foreach ((int transaction, int count) in load.ValuesCount)
        {
            int found = Count(load, transaction, seen);
            string what = $"{load.TransactionalId}/{transaction}: {found} of {count} values, {note}";
            if (load.Committed.Contains(transaction)) found.ShouldBe(count, $"{what}, and its commit was acknowledged");
            else if (load.Unknown.Contains(transaction)) found.ShouldBeOneOf([0, count], what);
            else found.ShouldBe(0, $"{what}, and it was never committed");
        }
    }

    // What was written and then aborted is there for those who do not care.
    private static void CheckAborted(TransactionalLoad load, HashSet<string> written, string note)
    {
        foreach (int transaction in load.Aborted)
            Count(load, transaction, written).ShouldBe(load.ValuesCount[transaction], $"{load.TransactionalId}/{transaction} was acknowledged before it was aborted, {note}");
    }

    // The group is not stuck, and has the offset of the last transaction that counts.
    private static void CheckOffset(string bootstrapServers, TransactionalLoad load, HashSet<string> seen, string note)
    {
        using IConsumer<byte[], byte[]> group = ConfluentConsumer.Open(bootstrapServers, config =>
        {
            config.GroupId = load.TransactionalId;
            config.IsolationLevel = IsolationLevel.ReadCommitted;
        });
        int lastSeen = load.ValuesCount.Keys.Where(transaction => seen.Contains(TransactionalLoad.Value(load.TransactionalId, transaction, 0))).Max();
        group.Committed([load.OffsetOf], TimeSpan.FromSeconds(30)).ShouldHaveSingleItem().Offset.Value.ShouldBe(lastSeen, $"the offset belongs to the transaction, {note}");
    }
}
