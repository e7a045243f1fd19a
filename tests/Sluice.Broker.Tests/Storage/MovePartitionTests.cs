using Sluice.Broker.Tests.Support;
using Sluice.Broker.Tests.Transactions;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Batches = Sluice.Broker.Tests.Support.Batches;

namespace Sluice.Broker.Tests.Storage;

/// <summary>What clients see of partitions that move between log directories.</summary>
public sealed class MovePartitionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string First => Path.Combine(_directory.Path, "a");

    private string Second => Path.Combine(_directory.Path, "b");

    private string[] Settings => [$"log.dirs={First},{Second}", "transaction.state.log.num.partitions=1", "offsets.topic.num.partitions=1"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_transaction_goes_on_while_its_partition_and_its_coordinator_move()
    {
        await using TestBroker broker = await TestBroker.StartInAsync(First, Settings);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic events = await connection.CreateTopicAsync("events");
        TransactionalProducer producer = await TransactionalProducer.StartAsync(connection, "tx", isVersion2: true);
        await producer.SendAsync(events, 0, "one");
        foreach (string target in new[] { Second, First, Second })
        {
            await MoveAsync(broker, connection, target, "events", "__transaction_state");
            await producer.SendAsync(events, 0, target);
            (await connection.ReadCommittedAsync(events, 0)).ShouldBeEmpty("the transaction is open");
        }

        (await producer.TryEndAsync(true)).ShouldBe(ErrorCode.None);
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(events, 0)).ShouldBe(["one", Second, First, Second]);
        await producer.SendAsync(events, 0, "aborted");
        await MoveAsync(broker, connection, First, "events", "__transaction_state");
        (await producer.TryEndAsync(false)).ShouldBe(ErrorCode.None);
        await connection.UntilTransactionIsAsync("tx", "CompleteAbort");

        await broker.RestartAsync();
        producer.Connection = connection = await broker.ConnectAsync();
        Folders(First).ShouldContain("events-0");
        Folders(First).ShouldContain("__transaction_state-0");
        (await connection.ReadCommittedAsync(events, 0)).ShouldBe(["one", Second, First, Second]);
        await connection.UntilTransactionIsAsync("tx", "CompleteAbort"); // The coordinator has loaded.
        await producer.SendAsync(events, 0, "later");
        (await producer.TryEndAsync(true)).ShouldBe(ErrorCode.None);
        await connection.UntilTransactionIsAsync("tx", "CompleteCommit");
        (await connection.ReadCommittedAsync(events, 0)).ShouldBe(["one", Second, First, Second, "later"]);
    }

    [Fact]
    public async Task A_fetch_that_waits_is_answered_by_an_append_after_the_move()
    {
        await using TestBroker broker = await TestBroker.StartInAsync(First, Settings);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic events = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(events, "before");
        Task<List<string?>> reading = ReadOneAsync(await broker.ConnectAsync(), events, offset: 1);
        await broker.UntilParkedAsync();

        await MoveAsync(broker, connection, Directory.Exists(Path.Combine(First, "events-0")) ? Second : First, "events");
        await connection.AppendAsync(events, "after");

        (await reading).ShouldBe(["after"]);
        (await connection.ReadAllAsync(events)).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task The_rate_of_moves_is_a_setting_that_can_be_changed_while_they_run()
    {
        await using TestBroker broker = await TestBroker.StartInAsync(First, Settings);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic events = await connection.CreateTopicAsync("events");
        for (int batch = 0; batch < 20; batch++) await connection.AppendAsync(events, Batches.Of(new string('x', 50_000)));
        string target = Directory.Exists(Path.Combine(First, "events-0")) ? Second : First;
        await SetRateAsync(connection, "20000");

        (await AlterAsync(connection, target, "events")).ShouldBe(ErrorCode.None);
        await TestBroker.UntilAsync(() => broker.Server.LogDirectories.Any(each => Folders(each).Any(static name => name.EndsWith("-future", StringComparison.Ordinal))));
        long copiedBytes = 0;
        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), async () => (copiedBytes = (await FutureAsync(connection, target))!.PartitionSize) > 60_000);
        DescribeLogDirsResponse.DescribeLogDirsPartition future = (await FutureAsync(connection, target))!;
        future.IsFutureKey.ShouldBeTrue();
        future.OffsetLag.ShouldBeInRange(1, 20);
        copiedBytes.ShouldBeLessThan(1_000_000);

        await SetRateAsync(connection, null);
        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), async () => await FutureAsync(connection, target) is null);
        Folders(target).ShouldContain("events-0");
    }

    private static async Task MoveAsync(TestBroker broker, KafkaConnection connection, string target, params string[] topics)
    {
        foreach (string topic in topics) (await AlterAsync(connection, target, topic)).ShouldBe(ErrorCode.None);
        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), async () =>
        {
            DescribeLogDirsResponse described = await connection.SendAsync(new DescribeLogDirsRequest { Topics = null });
            return described.Results.Single(result => result.LogDir == target).Topics
                .Count(found => topics.Contains(found.Name) && found.Partitions.All(static partition => !partition.IsFutureKey)) == topics.Length;
        });
    }

    private static async Task<ErrorCode> AlterAsync(KafkaConnection connection, string target, string topic)
    {
        AlterReplicaLogDirsRequest request = new();
        AlterReplicaLogDirsRequest.AlterReplicaLogDir directory = request.Dirs.Add();
        directory.Path = target;
        AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic moved = directory.Topics.Add();
        moved.Name = topic;
        moved.Partitions.Add(0);
        return (await connection.SendAsync(request)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode;
    }

    private static async Task<DescribeLogDirsResponse.DescribeLogDirsPartition?> FutureAsync(KafkaConnection connection, string target) =>
        (await connection.SendAsync(new DescribeLogDirsRequest { Topics = null })).Results.Single(result => result.LogDir == target).Topics
            .SelectMany(static topic => topic.Partitions).FirstOrDefault(static partition => partition.IsFutureKey);

    private static async Task SetRateAsync(KafkaConnection connection, string? value)
    {
        IncrementalAlterConfigsRequest request = new();
        IncrementalAlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
        resource.ResourceType = 4;
        resource.ResourceName = "1";
        IncrementalAlterConfigsRequest.AlterableConfig config = resource.Configs.Add();
        config.Name = "replica.alter.log.dirs.io.max.bytes.per.second";
        config.ConfigOperation = (sbyte)(value is null ? 1 : 0);
        config.Value = value;
        (await connection.SendAsync(request)).Responses.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
    }

    private static async Task<List<string?>> ReadOneAsync(KafkaConnection connection, TestTopic topic, long offset)
    {
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, offset));
        request.MaxWaitMs = 60_000;
        request.MinBytes = 1;
        return Batches.Values((await connection.SendAsync(request)).Single().Records);
    }

    private static List<string> Folders(string directory) => [.. Directory.GetDirectories(directory).Select(static path => Path.GetFileName(path))];
}
