using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Produce;

public class IdempotentProduceTests
{
    [Fact]
    public async Task A_batch_sent_again_is_answered_with_its_old_offset_and_stored_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        long producerId = await NewProducerAsync(connection);
        for (int i = 0; i < 5; i++) await connection.AppendAsync(topic, Batches.Sequenced(producerId, 0, i * 2, $"{i}a", $"{i}b"));

        for (int i = 0; i < 5; i++)
        {
            ProduceResponse.PartitionProduceResponse again = await connection.ProduceAsync(topic, Batches.Sequenced(producerId, 0, i * 2, $"{i}a", $"{i}b"));
            again.ErrorCode.ShouldBe(ErrorCode.None);
            again.BaseOffset.ShouldBe(i * 2);
            again.LogAppendTimeMs.ShouldBe(TestBroker.StartMs + 1);
        }
        (await connection.EndOffsetAsync(topic)).ShouldBe(10);
    }

    [Fact]
    public async Task A_batch_sent_again_after_a_restart_is_still_known()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        long producerId = await NewProducerAsync(connection);
        await connection.AppendAsync(topic, "other");
        await connection.AppendAsync(topic, Batches.Sequenced(producerId, 0, 0, "a", "b"));
        await broker.RestartAsync();

        connection = await broker.ConnectAsync();
        (await connection.ProduceAsync(topic, Batches.Sequenced(producerId, 0, 0, "a", "b"))).BaseOffset.ShouldBe(1);
        (await connection.ProduceAsync(topic, Batches.Sequenced(producerId, 0, 2, "c"))).BaseOffset.ShouldBe(3);
        (await connection.ReadAllAsync(topic)).ShouldBe(["other", "a", "b", "c"]);
    }

    [Fact]
    public async Task A_refusal_by_the_log_tells_its_start_and_one_before_it_does_not()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        byte[] damaged = Batches.Of("b");
        damaged[^1] ^= 1;
        byte[] displaced = Batches.Of("b");
        displaced[0] = 1;

        (await connection.ProduceAsync(topic, Batches.Sequenced(producerId: 7, epoch: 0, baseSequence: -5, "b"))).LogStartOffset.ShouldBe(0);
        (await connection.ProduceAsync(topic, displaced)).LogStartOffset.ShouldBe(0);
        (await connection.ProduceAsync(topic, damaged)).LogStartOffset.ShouldBe(-1);
        (await connection.ProduceAsync(topic, new byte[3])).LogStartOffset.ShouldBe(-1);
    }

    [Fact]
    public async Task Bytes_that_are_no_batch_are_not_taken_for_a_transaction()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        byte[] ones = new byte[100];
        ones.AsSpan().Fill(0xff);
        (await connection.ProduceAsync(topic, ones)).ErrorCode.ShouldBe(ErrorCode.CorruptMessage);
    }

    [Fact]
    public async Task A_gap_in_the_sequence_is_out_of_order()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        long producerId = await NewProducerAsync(connection);
        await connection.AppendAsync(topic, Batches.Sequenced(producerId, 0, 0, "a"));
        (await connection.ProduceAsync(topic, Batches.Sequenced(producerId, 0, 2, "c"))).ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        (await connection.EndOffsetAsync(topic)).ShouldBe(1);
    }

    [Fact]
    public async Task An_older_epoch_is_fenced()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        long producerId = await NewProducerAsync(connection);
        await connection.AppendAsync(topic, Batches.Sequenced(producerId, 1, 0, "a"));
        (await connection.ProduceAsync(topic, Batches.Sequenced(producerId, 0, 1, "b"))).ErrorCode.ShouldBe(ErrorCode.InvalidProducerEpoch);
        (await connection.ProduceAsync(topic, Batches.Sequenced(producerId, 2, 0, "c"))).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_producer_is_known_in_each_partition_by_itself()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        long producerId = await NewProducerAsync(connection);
        await connection.AppendAsync(topic, Batches.Sequenced(producerId, 0, 0, "a"), partition: 0);
        await connection.AppendAsync(topic, Batches.Sequenced(producerId, 0, 0, "b"), partition: 1);
        (await connection.ReadAllAsync(topic, 1)).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Producer_ids_never_repeat_not_even_after_restarts()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        HashSet<long> seen = [];
        for (int run = 0; run < 3; run++)
        {
            KafkaConnection connection = await broker.ConnectAsync();
            // One run passes the end of a block of ids.
            Task<long>[] ids = [.. Enumerable.Range(0, run == 1 ? 1100 : 10).Select(_ => NewProducerAsync(connection))];
            foreach (long id in await Task.WhenAll(ids)) seen.Add(id).ShouldBeTrue($"{id} was given twice");
            await broker.RestartAsync();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Every_version_gives_an_id_with_epoch_zero(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        InitProducerIdResponse answer = await connection.SendAsync(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 1000 }, version);
        answer.ErrorCode.ShouldBe(ErrorCode.None);
        answer.ProducerId.ShouldBeGreaterThanOrEqualTo(0);
        answer.ProducerEpoch.ShouldBe((short)0);
    }

    [Theory]
    [InlineData("tx", -1, -1, ErrorCode.NotCoordinator)]
    [InlineData("", -1, -1, ErrorCode.InvalidRequest)]
    [InlineData(null, 5, -1, ErrorCode.InvalidRequest)]
    [InlineData(null, -1, 5, ErrorCode.InvalidRequest)]
    [InlineData(null, 5, 5, ErrorCode.None)]
    public async Task What_no_producer_of_this_broker_would_ask_is_refused(string? transactionalId, long producerId, short epoch, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        InitProducerIdRequest request = new() { TransactionalId = transactionalId, TransactionTimeoutMs = 1000, ProducerId = producerId, ProducerEpoch = epoch };
        (await connection.SendAsync(request)).ErrorCode.ShouldBe(error);
    }

    private static async Task<long> NewProducerAsync(KafkaConnection connection)
    {
        InitProducerIdResponse answer = await connection.SendAsync(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 1000 });
        answer.ErrorCode.ShouldBe(ErrorCode.None);
        return answer.ProducerId;
    }
}
