using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>A transaction is over when each of its partitions has its marker, however long the disk of one of them is away.</summary>
public sealed class OfflinePartitionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string First => Path.Combine(_directory.Path, "a");

    private string Second => Path.Combine(_directory.Path, "b");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_partition_that_is_out_of_reach_gets_its_marker_when_it_is_back(bool isVersion2, bool isCommit)
    {
        FaultyFileIo io = new();
        await using TestBroker broker = await TestBroker.StartAsync(
            options => options.AdjustLogs = logs =>
            {
                if (logs.LogDirectory == Second) logs.FileIo = io;
            },
            $"log.dirs={First},{Second}",
            "transaction.state.log.num.partitions=1");
        broker.ExpectErrors();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic events = await connection.CreateTopicAsync("events", partitions: 2);
        int away = Directory.Exists(Path.Combine(Second, "events-1")) ? 1 : 0;
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection, "tx", isVersion2);
        Directory.Exists(Path.Combine(First, "__transaction_state-0")).ShouldBeTrue();
        await producer.SendAsync(events, 1 - away, "near");
        await producer.SendAsync(events, away, "away");

        io.Failure = FaultyFileIo.Broken;
        (await producer.TryEndAsync(isCommit)).ShouldBe(ErrorCode.None, "the outcome is decided, and stored");
        string prepared = isCommit ? "PrepareCommit" : "PrepareAbort";
        List<string?> near = isCommit ? ["near"] : [];
        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), async () => broker.Time.GetUtcNow() > DateTimeOffset.FromUnixTimeMilliseconds(TestBroker.StartMs).AddMinutes(2)
            && (await connection.DescribeProducersAsync(events, 1 - away)).ShouldHaveSingleItem().CurrentTxnStartOffset == -1);
        (await connection.ReadCommittedAsync(events, 1 - away)).ShouldBe(near, "the other partition has its marker");
        (await connection.DescribeTransactionAsync("tx")).TransactionState.ShouldBe(prepared, "neither time nor retries make a transaction complete");
        (await producer.TryInitAsync()).ErrorCode.ShouldBe(ErrorCode.ConcurrentTransactions);

        // A restart finds the decision in its log; and the disk is still away.
        await broker.RestartAsync();
        connection = await broker.ConnectAsync();
        await connection.UntilTransactionIsAsync("tx", prepared);

        io.Failure = null;
        await broker.RestartAsync();
        producer.Connection = connection = await broker.ConnectAsync();
        await connection.UntilTransactionIsAsync("tx", isCommit ? "CompleteCommit" : "CompleteAbort");
        (await connection.ReadCommittedAsync(events, away)).ShouldBe(isCommit ? ["away"] : []);
        (await connection.ReadCommittedAsync(events, 1 - away)).ShouldBe(near);
        await producer.InitAsync();
        await producer.SendAsync(events, away, "next");
        await producer.CommitAsync();
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(events, away)).ShouldBe(isCommit ? ["away", "next"] : ["next"]);
    }
}
