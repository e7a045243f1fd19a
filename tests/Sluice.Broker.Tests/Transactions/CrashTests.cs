using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>A crash after every single write of a commit and of an abort: the next start ends what was decided, and nothing else.</summary>
public class CrashTests
{
    private const string Offsets = "__consumer_offsets-0";
    private const string State = "__transaction_state-0";

    // The writes of an end, in their order: the decision, a marker for each of three partitions, the word that it is complete.
    public static TheoryData<bool, bool, int> Steps
    {
        get
        {
            TheoryData<bool, bool, int> data = [];
            foreach (bool isVersion2 in new[] { true, false })
            {
                foreach (bool isCommit in new[] { true, false })
                {
                    for (int survivors = 0; survivors <= 5; survivors++) data.Add(isVersion2, isCommit, survivors);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task What_was_decided_is_done_after_a_crash_at_any_step(bool isVersion2, bool isCommit, int survivingWritesCount)
    {
        await using TestBroker broker = await TestBroker.StartAsync("transaction.state.log.num.partitions=1", "offsets.topic.num.partitions=1");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic first = await connection.CreateTopicAsync("first");
        TestTopic second = await connection.CreateTopicAsync("second");
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection, "tx", isVersion2);
        await producer.SendAsync(first, 0, "a");
        await producer.SendAsync(second, 0, "b");
        (await producer.TryCommitOffsetAsync("group", first, 0, 5)).ShouldBe(ErrorCode.None);
        ProducerIdentity before = producer.Identity;
        (await producer.TryEndAsync(isCommit)).ShouldBe(ErrorCode.None);
        string complete = isCommit ? "CompleteCommit" : "CompleteAbort";
        await connection.UntilTransactionIsAsync("tx", complete);

        await broker.RestartAsync(() => Crash(broker.DataDirectory, survivingWritesCount));
        producer.Connection = connection = await broker.ConnectAsync();
        if (survivingWritesCount == 0)
        {
            // Nothing was decided: the client was never answered, and asks again.
            await connection.UntilTransactionIsAsync("tx", "Ongoing");
            (await connection.ReadCommittedAsync(first)).ShouldBeEmpty();
            (await connection.CommittedOffsetAsync("group", first, requireStable: true)).Error.ShouldBe(ErrorCode.UnstableOffsetCommit);
            producer.Identity = before;
            (await producer.TryEndAsync(isCommit)).ShouldBe(ErrorCode.None);
        }
        await UntilCompleteAsync(broker, connection, complete);

        (await connection.ReadCommittedAsync(first)).ShouldBe(isCommit ? ["a"] : []);
        (await connection.ReadCommittedAsync(second)).ShouldBe(isCommit ? ["b"] : []);
        (await connection.CommittedOffsetAsync("group", first, requireStable: true)).ShouldBe((isCommit ? 5 : -1, ErrorCode.None));
        (await connection.DescribeProducersAsync(first)).ShouldHaveSingleItem().CurrentTxnStartOffset.ShouldBe(-1);

        // The producer goes on with what it was told, and what was written twice does no harm to what comes after.
        await producer.SendAsync(first, 0, "c");
        await producer.CommitAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(first)).ShouldBe(isCommit ? ["a", "c"] : ["c"]);
        await broker.StopAsync();
        CrashedLogs.MarkersCount(broker.DataDirectory, "first-0").ShouldBe(survivingWritesCount is >= 2 and <= 4 ? 3 : 2, "the first partition's marker comes again if the transaction was not complete");
    }

    private static void Crash(string dataDirectory, int survivingWritesCount)
    {
        CrashedLogs.ForgetOrderlyEnd(dataDirectory);
        CrashedLogs.CutBatches(dataDirectory, State, survivingWritesCount switch { 0 => 2, < 5 => 1, _ => 0 });
        CrashedLogs.CutBatches(dataDirectory, "first-0", survivingWritesCount < 2 ? 1 : 0);
        CrashedLogs.CutBatches(dataDirectory, "second-0", survivingWritesCount < 3 ? 1 : 0);
        CrashedLogs.CutBatches(dataDirectory, Offsets, survivingWritesCount < 4 ? 1 : 0);
    }

    // The shard of the groups may load after that of the transactions: its marker is then tried again, which takes time to pass.
    private static Task UntilCompleteAsync(TestBroker broker, KafkaConnection connection, string complete) =>
        broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), async () => (await connection.DescribeTransactionAsync("tx")).TransactionState == complete);
}
