using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>Transactions through a broker: what producers are answered, and what consumers see.</summary>
public class TransactionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Committed_values_are_seen_and_aborted_ones_are_not(bool isVersion2)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection, "tx", isVersion2);

        await producer.SendAsync(topic, 0, "a");
        await producer.SendAsync(topic, 1, "b");
        (await connection.ReadCommittedAsync(topic)).ShouldBeEmpty();
        await producer.CommitAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(topic)).ShouldBe(["a"]);
        (await connection.ReadCommittedAsync(topic, 1)).ShouldBe(["b"]);

        await producer.SendAsync(topic, 0, "c");
        await producer.AbortAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteAbort");
        await producer.SendAsync(topic, 0, "d");
        await producer.CommitAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(topic)).ShouldBe(["a", "d"]);
        (await connection.EndOffsetAsync(topic)).ShouldBe(6, "three values and three markers");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Transactions_follow_one_another_as_fast_as_they_are_answered(bool isVersion2)
    {
        const int producersCount = 8;
        const int count = 400;
        await using TestBroker broker = await TestBroker.StartAsync("transaction.state.log.num.partitions=2", "offsets.topic.num.partitions=2");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", producersCount);

        // The marker of the transaction before arrives at any moment of the next one's first request.
        await Task.WhenAll(Enumerable.Range(0, producersCount).Select(async partition =>
        {
            TransactionalProducer producer = await TransactionalProducer.StartAsync(await broker.ConnectAsync(), $"tx{partition}", isVersion2);
            for (int i = 1; i <= count; i++)
            {
                (await producer.TrySendAsync(topic, partition, $"{i}")).ShouldBe(ErrorCode.None, $"transaction {i}");
                if (i % 4 == 0) (await producer.TryCommitOffsetAsync($"group{partition}", topic, partition, i)).ShouldBe(ErrorCode.None, $"transaction {i}");
                (await producer.TryEndAsync(isCommit: true)).ShouldBe(ErrorCode.None, $"transaction {i}");
            }
        }));

        for (int partition = 0; partition < producersCount; partition++)
        {
            await connection.UntilTransactionIsAsync($"tx{partition}", "CompleteCommit");
            (await connection.ReadCommittedAsync(topic, partition)).ShouldBe(Enumerable.Range(1, count).Select(static i => $"{i}"));
            (await connection.CommittedOffsetAsync($"group{partition}", topic, partition)).ShouldBe((count, ErrorCode.None));
        }
    }

    [Fact]
    public async Task The_next_transaction_begins_while_the_markers_of_the_last_are_written()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 20);
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection);
        for (int round = 0; round < 50; round++)
        {
            for (int partition = 0; partition < 20; partition++) await producer.SendAsync(topic, partition, $"{round}");
            await producer.CommitAsync();
        }
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(topic, 19)).ShouldBe(Enumerable.Range(0, 50).Select(static round => $"{round}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_producer_of_the_same_id_fences_the_first_and_aborts_its_transaction(bool isVersion2)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        TransactionalProducer zombie = await TransactionalProducer.StartAsync(connection, "tx", isVersion2);
        await zombie.SendAsync(topic, 0, "zombie");
        TransactionalProducer heir = await TransactionalProducer.StartAsync(connection, "tx", isVersion2);

        heir.Identity.Id.ShouldBe(zombie.Identity.Id);
        heir.Identity.Epoch.ShouldBeGreaterThan(zombie.Identity.Epoch);
        (await zombie.TrySendUnaskedAsync(topic, 0, "late")).ShouldBe(ErrorCode.InvalidProducerEpoch);
        (await zombie.TryEndAsync(isCommit: true)).ShouldBe(ErrorCode.ProducerFenced);
        await heir.SendAsync(topic, 0, "heir");
        await heir.CommitAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(topic)).ShouldBe(["heir"]);
    }

    [Fact]
    public async Task A_batch_whose_partition_was_not_added_is_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection, isVersion2: false);
        await producer.SendAsync(topic, 0, "added");
        (await producer.TrySendUnaskedAsync(topic, 1, "not added")).ShouldBe(ErrorCode.TransactionAbortable);
        (await connection.EndOffsetAsync(topic, 1)).ShouldBe(0);
        (await connection.DescribeProducersAsync(topic, 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_open_transaction_is_aborted_when_its_time_is_over()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection, timeoutMs: 30_000);
        await producer.SendAsync(topic, 0, "late");
        broker.Time.Advance(TimeSpan.FromSeconds(30));
        (await connection.DescribeTransactionAsync("tx")).TransactionState.ShouldBe("Ongoing");
        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), async () => (await connection.DescribeTransactionAsync("tx")).TransactionState == "CompleteAbort");

        (await producer.TryEndAsync(isCommit: true)).ShouldBe(ErrorCode.InvalidTxnState, "as a retry: the epoch is one above");
        (await producer.TrySendAsync(topic, 0, "later")).ShouldBe(ErrorCode.InvalidProducerEpoch);
        (await connection.ReadCommittedAsync(topic)).ShouldBeEmpty();
        (await connection.DescribeProducersAsync(topic)).ShouldHaveSingleItem().CurrentTxnStartOffset.ShouldBe(-1);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Offsets_committed_in_a_transaction_count_with_its_commit(bool isVersion2, bool isCommit)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection, "tx", isVersion2);
        (await producer.TryCommitOffsetAsync("group", topic, 0, 5)).ShouldBe(ErrorCode.None);
        (await connection.CommittedOffsetAsync("group", topic)).ShouldBe((-1, ErrorCode.None));
        (await connection.CommittedOffsetAsync("group", topic, requireStable: true)).ShouldBe((-1, ErrorCode.UnstableOffsetCommit));

        (await producer.TryEndAsync(isCommit)).ShouldBe(ErrorCode.None);
        await connection.UntilTransactionIsAsync("tx", isCommit ? "CompleteCommit" : "CompleteAbort");
        (await connection.CommittedOffsetAsync("group", topic, requireStable: true)).ShouldBe((isCommit ? 5 : -1, ErrorCode.None));

        await broker.RestartAsync();
        KafkaConnection again = await broker.ConnectAsync();
        (await again.CommittedOffsetAsync("group", topic, requireStable: true)).ShouldBe((isCommit ? 5 : -1, ErrorCode.None));
    }

    [Fact]
    public async Task A_transaction_of_a_topic_that_is_deleted_meanwhile_ends_without_it()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic gone = await connection.CreateTopicAsync("gone");
        TestTopic kept = await connection.CreateTopicAsync("kept");
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection);
        await producer.SendAsync(gone, 0, "a");
        await producer.SendAsync(kept, 0, "b");
        (await connection.DeleteTopicAsync("gone")).ShouldBe(ErrorCode.None);
        await producer.CommitAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(kept)).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Open_transactions_and_producers_go_on_after_a_restart()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection);
        await producer.SendAsync(topic, 0, "before");
        await broker.RestartAsync();

        producer.Connection = connection = await broker.ConnectAsync();
        await connection.UntilTransactionIsAsync("tx", "Ongoing");
        await producer.SendAsync(topic, 1, "after");
        await producer.CommitAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(topic)).ShouldBe(["before"]);
        (await connection.ReadCommittedAsync(topic, 1)).ShouldBe(["after"]);
    }

    [Fact]
    public async Task Batches_of_two_producers_in_one_request_are_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        ProduceRequest request = BrokerCalls.ProduceRequest(
            topic, acks: -1, (0, new Records(Batches.Transactional(1, 0, 0, "a"))), (1, new Records(Batches.Transactional(2, 0, 0, "b"))));
        request.TransactionalId = "tx";
        ProduceResponse response = await connection.SendAsync(request);
        response.Responses[0].PartitionResponses.Select(static partition => partition.ErrorCode).ShouldBe([ErrorCode.InvalidProducerIdMapping, ErrorCode.InvalidProducerIdMapping]);
    }
}
