using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>Transactions that were open when <c>__transaction_state</c> was deleted: nobody will end them but an operator.</summary>
public sealed class ForgottenTransactionTests
{
    private const string State = "__transaction_state";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_no_coordinator_knows_any_more_hangs_until_an_operator_ends_it(bool isRestarted)
    {
        await using TestBroker broker = await TestBroker.StartAsync("transaction.state.log.num.partitions=1", "offsets.topic.num.partitions=1");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("t");
        TransactionalProducer forgotten = await TransactionalProducer.StartAsync(connection);
        await forgotten.SendAsync(topic, 0, "a");
        (await connection.DeleteTopicAsync(State)).ShouldBe(ErrorCode.None);
        if (isRestarted)
        {
            await broker.RestartAsync();
            connection = await broker.ConnectAsync();
        }
        forgotten.Connection = connection;
        (await forgotten.TryEndAsync(isCommit: true)).ShouldBeOneOf(ErrorCode.NotCoordinator, ErrorCode.CoordinatorNotAvailable);

        // The topic is made anew, and the id belongs to a producer of another number.
        TransactionalProducer next = await TransactionalProducer.StartAsync(connection);
        next.Identity.Id.ShouldNotBe(forgotten.Identity.Id);
        (await forgotten.TryEndAsync(isCommit: true)).ShouldBe(ErrorCode.InvalidProducerIdMapping);
        (await forgotten.TrySendAsync(topic, 0, "b")).ShouldBe(ErrorCode.None, "its transaction is open in the partition, so nobody is asked");
        await next.SendAsync(topic, 0, "c");
        await next.CommitAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(topic)).ShouldBeEmpty();
        (await connection.DescribeProducersAsync(topic)).Count(static producer => producer.CurrentTxnStartOffset == 0).ShouldBe(1);

        WriteTxnMarkersRequest abort = new()
        {
            Markers =
            {
                new()
                {
                    ProducerId = forgotten.Identity.Id, ProducerEpoch = forgotten.Identity.Epoch, TransactionResult = false,
                    Topics = { new() { Name = topic.Name, PartitionIndexes = [0] } },
                },
            },
        };
        (await connection.SendAsync(abort)).Markers[0].Topics[0].Partitions[0].ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ReadCommittedAsync(topic)).ShouldBe(["c"]);
        (await forgotten.TrySendAsync(topic, 0, "d")).ShouldBe(ErrorCode.InvalidProducerIdMapping);
    }
}
