using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Batches = Sluice.Broker.Tests.Support.Batches;

namespace Sluice.Broker.Tests.Storage;

/// <summary>A broker over several log directories: where partitions go, and what one disk's failure leaves alone.</summary>
public sealed class LogDirectoriesTests : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private readonly TemporaryDirectory _directory = new();

    private string First => Path.Combine(_directory.Path, "a");

    private string Mount => Path.Combine(_directory.Path, "disk");

    private string Second => Path.Combine(Mount, "b");

    private string LogDirs => $"log.dirs={First},{Second}";

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task New_partitions_go_to_the_directory_with_the_fewest_and_stay_there()
    {
        await using TestBroker broker = await TestBroker.StartInAsync(First, LogDirs);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic one = await connection.CreateTopicAsync("one");
        TestTopic many = await connection.CreateTopicAsync("many", partitions: 5);
        await connection.AppendAsync(one, "a");
        (await connection.ProduceAsync(many, Batches.Of("b"), partition: 4)).ErrorCode.ShouldBe(ErrorCode.None);
        (PartitionFolders(First).Count, PartitionFolders(Second).Count).ShouldBe((3, 3));
        (await DescribeAsync(connection)).Select(static result => (result.ErrorCode, result.Topics.Sum(static topic => topic.Partitions.Count)))
            .ShouldBe([(ErrorCode.None, 3), (ErrorCode.None, 3)]);
        List<string> firstBefore = PartitionFolders(First);

        await broker.RestartAsync();

        connection = await broker.ConnectAsync();
        PartitionFolders(First).ShouldBe(firstBefore);
        (await connection.ReadAllAsync(one)).ShouldBe(["a"]);
        (await connection.ProduceAsync(many, Batches.Of("c"), partition: 4)).BaseOffset.ShouldBe(1);
        MetaOf(First)["cluster.id"].ShouldBe(MetaOf(Second)["cluster.id"]);
        MetaOf(First)["directory.id"].ShouldNotBe(MetaOf(Second)["directory.id"]);
    }

    [Fact]
    public async Task A_disk_that_fails_takes_its_directory_alone_out_of_use()
    {
        FaultyFileIo io = new();
        await using TestBroker broker = await TestBroker.StartAsync(
            options => options.AdjustLogs = logs =>
            {
                if (logs.LogDirectory == Second) logs.FileIo = io;
            },
            LogDirs);
        broker.ExpectErrors();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic events = await connection.CreateTopicAsync("events", partitions: 2);
        int second = PartitionFolders(Second).ShouldHaveSingleItem().EndsWith("-1", StringComparison.Ordinal) ? 1 : 0;
        foreach (int partition in new[] { 0, 1 }) (await connection.ProduceAsync(events, Batches.Of("a"), partition)).ErrorCode.ShouldBe(ErrorCode.None);

        io.Failure = FaultyFileIo.Broken;
        (await connection.ProduceAsync(events, Batches.Of("lost"), second)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await connection.ProduceAsync(events, Batches.Of("kept"), 1 - second)).ErrorCode.ShouldBe(ErrorCode.None);
        (await DescribeAsync(connection)).Select(static result => result.ErrorCode).ShouldBe([ErrorCode.None, ErrorCode.KafkaStorageError]);

        // New topics go to the disk that is left.
        TestTopic more = await connection.CreateTopicAsync("more", partitions: 2);
        await connection.AppendAsync(more, "b");
        PartitionFolders(First).Count.ShouldBe(3);
        io.Failure = null;
        await broker.RestartAsync();
        connection = await broker.ConnectAsync();
        (await connection.ProduceAsync(events, Batches.Of("again"), second)).BaseOffset.ShouldBe(1);
    }

    [Fact]
    public async Task A_partition_in_a_directory_that_cannot_be_opened_is_not_made_anew_elsewhere()
    {
        await using TestBroker broker = await TestBroker.StartInAsync(First, LogDirs);
        broker.ExpectErrors();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic events = await connection.CreateTopicAsync("events", partitions: 2);
        int second = PartitionFolders(Second).ShouldHaveSingleItem().EndsWith("-1", StringComparison.Ordinal) ? 1 : 0;
        await connection.ProduceAsync(events, Batches.Of("a"), second);

        string aside = Mount + "-aside";
        await broker.RestartAsync(() =>
        {
            Directory.Move(Mount, aside);
            File.WriteAllText(Mount, "");
        });

        connection = await broker.ConnectAsync();
        broker.Server.OfflineLogDirectories.ShouldHaveSingleItem().Path.ShouldBe(Second);
        await broker.AdvanceUntilAsync(RetryInterval, async () => (await connection.ProduceAsync(events, Batches.Of("b"), 1 - second)).ErrorCode == ErrorCode.None);
        (await connection.ProduceAsync(events, Batches.Of("b"), second)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        PartitionFolders(First).Count.ShouldBe(1);
        await connection.AppendAsync(await connection.CreateTopicAsync("more"), "c");

        await broker.RestartAsync(() =>
        {
            File.Delete(Mount);
            Directory.Move(aside, Mount);
        });
        connection = await broker.ConnectAsync();
        (await connection.ProduceAsync(events, Batches.Of("c"), second)).BaseOffset.ShouldBe(1);
    }

    [Fact]
    public async Task A_cordoned_directory_gets_no_new_partitions_and_keeps_those_it_has()
    {
        await using TestBroker broker = await TestBroker.StartInAsync(First, LogDirs);
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("before", partitions: 2);
        await CordonAsync(connection, First);

        await connection.CreateTopicAsync("after", partitions: 3);

        (PartitionFolders(First).Count, PartitionFolders(Second).Count).ShouldBe((1, 4));
        (await DescribeAsync(connection)).Select(static result => result.IsCordoned).ShouldBe([true, false]);
        await CordonAsync(connection, "");
        await connection.CreateTopicAsync("later", partitions: 3);
        (PartitionFolders(First).Count, PartitionFolders(Second).Count).ShouldBe((4, 4));
    }

    [Fact]
    public async Task What_cannot_be_one_brokers_directories_is_refused_at_the_start()
    {
        await using (TestBroker broker = await TestBroker.StartInAsync(First, LogDirs))
        {
            KafkaConnection connection = await broker.ConnectAsync();
            await connection.CreateTopicAsync("events");
        }

        (await FailAsync($"log.dirs={First},{First}/")).ShouldContain("twice");
        string other = Path.Combine(_directory.Path, "other");
        await using (await TestBroker.StartInAsync(other)) (await FailAsync($"log.dirs={First},{other}")).ShouldContain("in use");
        (await FailAsync($"log.dirs={First},{other}")).ShouldContain("cluster");
        string[] found = [.. PartitionFolders(First), .. PartitionFolders(Second)];
        string twice = Path.Combine(Path.GetDirectoryName(found[0]) == First ? Second : First, "events-0");
        Directory.CreateDirectory(twice);
        foreach (string file in Directory.GetFiles(found[0])) File.Copy(file, Path.Combine(twice, Path.GetFileName(file)));
        (await FailAsync(LogDirs)).ShouldContain("two places");
    }

    private async Task<string> FailAsync(string settings) =>
        (await Should.ThrowAsync<BrokerStartException>(() => BrokerServer.StartAsync(TestBroker.Options(First, settings)))).Message;

    private static List<string> PartitionFolders(string logDirectory) =>
        [.. Directory.EnumerateDirectories(logDirectory).Where(static path => File.Exists(Path.Combine(path, "partition.metadata"))).Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> MetaOf(string logDirectory) => File.ReadAllLines(Path.Combine(logDirectory, "meta.properties"))
        .Where(static line => line.Contains('=', StringComparison.Ordinal)).ToDictionary(static line => line.Split('=')[0], static line => line.Split('=')[1]);

    private static async Task<List<DescribeLogDirsResponse.DescribeLogDirsResult>> DescribeAsync(KafkaConnection connection) =>
        [.. (await connection.SendAsync(new DescribeLogDirsRequest { Topics = null })).Results];

    private static async Task CordonAsync(KafkaConnection connection, string directories)
    {
        IncrementalAlterConfigsRequest request = new();
        IncrementalAlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
        resource.ResourceType = 4;
        resource.ResourceName = "1";
        IncrementalAlterConfigsRequest.AlterableConfig config = resource.Configs.Add();
        config.Name = "cordoned.log.dirs";
        config.Value = directories;
        (await connection.SendAsync(request)).Responses.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
    }
}
