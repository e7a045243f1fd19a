using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Log.Storage;
using Sluice.Log.Tests.Support;
using Sluice.Metadata;
using Sluice.Metadata.Tests;
using Batches = Sluice.Broker.Tests.Support.Batches;

namespace Sluice.Broker.Tests.Start;

/// <summary>Data directories in which something is wrong: the broker starts with what is there, or says in one line why not.</summary>
public class DamagedDirectoryTests
{
    public static TheoryData<string, string> DamagedCheckpoints
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string file in new[] { "recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "replication-offset-checkpoint", "events-0/leader-epoch-checkpoint" })
            {
                foreach (string content in new[] { "", "\0\0\0\0", "0", "0\n1\n", "0\n1\nevents 0 many\n", "0\n99999999999999999999\n", "7\n0\n", "0\n-1\n", "0\n1\nevents 0 -5\n", "0\n1\nevents 99999999999 5\n" })
                    data.Add(file, content);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(DamagedCheckpoints))]
    public async Task A_damaged_checkpoint_costs_time_and_no_records(string file, string content)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        for (int i = 0; i < 5; i++) await connection.AppendAsync(topic, $"{i}");
        foreach (bool wasClean in new[] { true, false })
        {
            await broker.RestartAsync(() =>
            {
                File.WriteAllText(Path.Combine(broker.DataDirectory, file), content);
                if (!wasClean) File.Delete(Path.Combine(broker.DataDirectory, ".kafka_cleanshutdown"));
            });
            connection = await broker.ConnectAsync();
            (await connection.ReadAllAsync(topic)).ShouldBe(["0", "1", "2", "3", "4"]);
        }
        (await connection.AppendAsync(topic, "5")).ShouldBe(5);
    }

    [Fact]
    public async Task A_segment_that_cannot_be_opened_is_told_with_its_path()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await (await broker.ConnectAsync()).CreateTopicAsync("events");
        await broker.StopAsync();
        string segment = Path.Combine(broker.DataDirectory, "events-0", "00000000000000000000.log");
        File.Delete(segment);
        File.CreateSymbolicLink(segment, segment);

        (await FailAsync(broker.DataDirectory)).ShouldContain("events-0");
    }

    [Fact]
    public async Task A_partition_that_is_gone_and_cannot_be_made_comes_later_and_the_others_are_served()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        broker.ExpectErrors();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic kept = await connection.CreateTopicAsync("kept");
        TestTopic lost = await connection.CreateTopicAsync("lost");
        await connection.AppendAsync(kept, "a");
        string path = Path.Combine(broker.DataDirectory, "lost-0");
        await broker.RestartAsync(() =>
        {
            Directory.Delete(path, recursive: true);
            File.WriteAllText(path, "");
        });

        connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(kept)).ShouldBe(["a"]);
        (await connection.ProduceAsync(lost, Batches.Of("b"))).ErrorCode.ShouldBe(Protocol.ErrorCode.KafkaStorageError);
        File.Delete(path);
        await broker.AdvanceUntilAsync(
            TimeSpan.FromSeconds(10), async () => (await connection.ProduceAsync(lost, Batches.Of("b"))).ErrorCode == Protocol.ErrorCode.None);
    }

    [Fact]
    public async Task A_disk_that_fails_while_a_partition_is_made_again_ends_the_start()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await (await broker.ConnectAsync()).CreateTopicAsync("events");
        await broker.StopAsync();
        Directory.Delete(Path.Combine(broker.DataDirectory, "events-0"), recursive: true);
        FaultyFileIo io = new() { Failure = FaultyFileIo.Broken, Fails = static call => call == nameof(IFileIo.Open) };

        string message = await FailAsync(broker.DataDirectory, options => options.AdjustLogs = logs => logs.FileIo = io);

        message.ShouldContain(broker.DataDirectory);
        message.ShouldContain(FaultyFileIo.Broken.Message);
    }

    [Fact]
    public async Task Topics_that_cannot_be_adopted_for_want_of_room_end_the_start_and_are_adopted_by_the_next()
    {
        await using TestBroker broker = await TestBroker.StartAsync(static options => options.Takeover.Force = true);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        await broker.StopAsync();
        foreach (string path in Directory.GetFiles(broker.DataDirectory, "sluice-metadata.*")) File.Delete(path);
        FaultyFiles files = new() { Failure = FaultyFiles.DiskFull, Fails = static call => call == "Write" };

        string message = await FailAsync(broker.DataDirectory, options =>
        {
            options.Takeover.Force = true;
            options.AdjustMetadata = metadata => metadata.Files = files;
        });
        message.ShouldContain(broker.DataDirectory);
        message.ShouldContain(FaultyFiles.DiskFull.Message);

        await broker.RestartAsync();
        (await (await broker.ConnectAsync()).ReadAllAsync(topic)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Metadata_that_cannot_be_begun_is_told_and_leaves_nothing_half_done()
    {
        using TemporaryDirectory directory = new();
        FaultyFiles files = new() { Failure = FaultyFiles.DiskFull };
        string message = await FailAsync(directory.Path, options => options.AdjustMetadata = metadata => metadata.Files = files);
        message.ShouldContain(FaultyFiles.DiskFull.Message);
        await using TestBroker broker = await TestBroker.StartInAsync(directory.Path);
        await (await broker.ConnectAsync()).CreateTopicAsync("events");
    }

    /// <summary>Starts a broker that must not start.</summary>
    /// <returns>The one line for the person who started it.</returns>
    private static async Task<string> FailAsync(string directory, Action<BrokerOptions>? adjust = null)
    {
        BrokerOptions options = TestBroker.Options(directory);
        adjust?.Invoke(options);
        BrokerStartException failure = await Should.ThrowAsync<BrokerStartException>(() => BrokerServer.StartAsync(options));
        failure.Message.ShouldNotContain("\n");
        failure.Message.ShouldNotContain("Exception");
        return failure.Message;
    }
}
