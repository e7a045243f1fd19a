using System.Globalization;
using Confluent.Kafka;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>librdkafka's transactional producer: what it commits is seen as a whole, what it aborts is not seen by those who ask for committed values.</summary>
public sealed class TransactionTests : IAsyncLifetime
{
    private SluiceProcess? _broker;

    public async ValueTask InitializeAsync() => _broker = await SluiceProcess.StartAsync(settings: [("transaction.state.log.num.partitions", "4"), ("offsets.topic.num.partitions", "4")]);

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Committed_values_are_read_and_aborted_ones_only_by_those_who_want_everything()
    {
        await GroupWaiting.CreateTopicAsync(_broker!.BootstrapServers, "events");
        using IProducer<string, string> producer = TransactionalClients.OpenProducer(_broker.BootstrapServers, "tx");
        producer.InitTransactions(Volume.Patience);
        for (int transaction = 0; transaction < 20; transaction++)
        {
            producer.BeginTransaction();
            for (int record = 0; record < 50; record++)
                producer.Produce("events", new Message<string, string> { Key = record.ToString(CultureInfo.InvariantCulture), Value = $"{transaction}:{record}" });
            if (transaction % 3 == 0) producer.AbortTransaction(Volume.Patience);
            else producer.CommitTransaction(Volume.Patience);
        }

        string[] committed = [.. Values(Enumerable.Range(0, 20).Where(static transaction => transaction % 3 != 0))];
        TransactionalClients.ReadAll(_broker.BootstrapServers, "events", GroupWaiting.PartitionsCount, IsolationLevel.ReadCommitted).ShouldBe(committed, ignoreOrder: true);
        List<string> everything = TransactionalClients.ReadAll(_broker.BootstrapServers, "events", GroupWaiting.PartitionsCount, IsolationLevel.ReadUncommitted);
        committed.Except(everything).ShouldBeEmpty();
        everything.Distinct().Count().ShouldBe(everything.Count);
    }

    [Fact]
    public async Task A_second_producer_takes_over_and_the_first_is_told_that_it_was_fenced()
    {
        await GroupWaiting.CreateTopicAsync(_broker!.BootstrapServers, "events");
        using IProducer<string, string> zombie = TransactionalClients.OpenProducer(_broker.BootstrapServers, "tx");
        zombie.InitTransactions(Volume.Patience);
        zombie.BeginTransaction();
        await zombie.ProduceAsync("events", new Message<string, string> { Key = "0", Value = "zombie" });

        using IProducer<string, string> heir = TransactionalClients.OpenProducer(_broker.BootstrapServers, "tx");
        heir.InitTransactions(Volume.Patience);
        heir.BeginTransaction();
        await heir.ProduceAsync("events", new Message<string, string> { Key = "0", Value = "heir" });
        heir.CommitTransaction(Volume.Patience);

        KafkaException refused = Should.Throw<KafkaException>(() => zombie.CommitTransaction(Volume.Patience));
        refused.Error.IsFatal.ShouldBeTrue(refused.Error.ToString());
        TransactionalClients.ReadAll(_broker.BootstrapServers, "events", GroupWaiting.PartitionsCount, IsolationLevel.ReadCommitted).ShouldBe(["heir"]);
    }

    private static IEnumerable<string> Values(IEnumerable<int> transactions) =>
        transactions.SelectMany(static transaction => Enumerable.Range(0, 50).Select(record => $"{transaction}:{record}"));
}
