using System.Text.Json;
using Sluice.Cli.Tests.Support;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Cli.Tests.EndToEnd;

public sealed class GroupCommandsTests(TestBroker broker) : IClassFixture<TestBroker>
{
    [Fact]
    public async Task Group_is_listed_described_measured_and_deleted()
    {
        string topic = await FilledTopicAsync(10);
        string group = await GroupWithOffsetsAsync(topic, 4);

        (await broker.RunAsync("group", "list")).ShouldSucceed().OutputLines.ShouldContain(line => line.StartsWith(group + " ", StringComparison.Ordinal) && line.Contains("Empty", StringComparison.Ordinal));
        (await broker.RunAsync("group", "describe", group)).ShouldSucceed().Output.ShouldContain("It has no members.");
        CliOutcome lag = (await broker.RunAsync("group", "lag", group)).ShouldSucceed();
        lag.Output.ShouldContain("6 records behind in 1 partition; the group is Empty.");
        JsonElement partition = JsonElement.Parse((await broker.RunAsync("group", "lag", group, "--json")).ShouldSucceed().Output)[0];
        partition.GetProperty("committedOffset").GetInt64().ShouldBe(4);
        partition.GetProperty("endOffset").GetInt64().ShouldBe(10);
        partition.GetProperty("lag").GetInt64().ShouldBe(6);

        (await broker.RunAsync("group", "delete", group)).ShouldSucceed().Output.ShouldBe($"Deleted group {group}.\n");
        (await broker.RunAsync("group", "describe", group)).ShouldFail(ExitCodes.Failed, $"there is no group '{group}'");
    }

    [Theory]
    [InlineData("--to", "earliest", 0)]
    [InlineData("--to", "latest", 10)]
    [InlineData("--to", "7", 7)]
    [InlineData("--to", "70", 10)]
    [InlineData("--to", "2001-01-01T00:00:00Z", 0)]
    [InlineData("--to", "2101-01-01T00:00:00Z", 10)]
    [InlineData("--shift", "3", 7)]
    [InlineData("--shift", "-100", 0)]
    [InlineData("--shift", "100", 10)]
    public async Task Offsets_are_shown_first_and_reset_then(string option, string value, long expected)
    {
        string topic = await FilledTopicAsync(10);
        string group = await GroupWithOffsetsAsync(topic, 4);

        CliOutcome shown = (await broker.RunAsync("group", "reset-offsets", group, option, value)).ShouldSucceed();
        shown.Output.ShouldContain("Nothing is changed yet: add --execute");
        (await CommittedAsync(group)).ShouldBe(4);

        JsonElement done = JsonElement.Parse((await broker.RunAsync("group", "reset-offsets", group, option, value, "--execute", "--json")).ShouldSucceed().Output);
        done.GetProperty("executed").GetBoolean().ShouldBeTrue();
        done.GetProperty("offsets")[0].GetProperty("change").GetInt64().ShouldBe(expected - 4);
        (await CommittedAsync(group)).ShouldBe(expected);
    }

    [Fact]
    public async Task Group_that_is_not_there_yet_can_be_given_offsets_to_start_from()
    {
        string topic = await FilledTopicAsync(5);
        string group = $"new-{topic}";
        (await broker.RunAsync("group", "reset-offsets", group, "--topic", topic, "--to", "3", "--execute")).ShouldSucceed();
        (await CommittedAsync(group)).ShouldBe(3);
        (await broker.RunAsync("group", "reset-offsets", $"other-{topic}", "--to", "3")).ShouldFail(ExitCodes.Failed, "there is no group");
    }

    [Fact]
    public async Task Mistyped_group_is_answered_with_the_right_one()
    {
        string topic = await FilledTopicAsync(1);
        string group = await GroupWithOffsetsAsync(topic, 1);
        foreach (string verb in new[] { "describe", "lag", "delete" })
            (await broker.RunAsync("group", verb, group + "x")).ShouldFail(ExitCodes.Failed, $"Did you mean '{group}'?");
    }

    [Fact]
    public async Task Group_with_members_is_left_alone()
    {
        string topic = await FilledTopicAsync(3);
        string group = $"live-{topic}";
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(BrokerEndpoint.ParseList(broker.BootstrapServer)[0], new KafkaClientOptions());
        await connection.SendAsync(new FindCoordinatorRequest { Key = group }, 3);
        JoinGroupRequest join = new() { GroupId = group, SessionTimeoutMs = 30_000, RebalanceTimeoutMs = 30_000, ProtocolType = "consumer" };
        join.Protocols.Add(new() { Name = "range", Metadata = new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } });
        join.MemberId = (await connection.SendAsync(join)).MemberId;
        Task<JoinGroupResponse> joining = connection.SendAsync(join);

        // The second join is on its way on another connection than the command's.
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (!(await broker.RunAsync("group", "describe", group)).ShouldSucceed().Output.Contains(join.MemberId, StringComparison.Ordinal)) deadline.Token.ThrowIfCancellationRequested();
        (await broker.RunAsync("group", "delete", group)).ShouldFail(ExitCodes.Failed, "has members; stop its consumers first");
        (await broker.RunAsync("group", "reset-offsets", group, "--topic", topic, "--to", "latest", "--execute")).ShouldFail(ExitCodes.Failed, "has members");
        (await joining).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task Share_group_is_described_measured_reset_and_deleted()
    {
        string topic = await FilledTopicAsync(10);
        string group = $"share-{topic}";
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(BrokerEndpoint.ParseList(broker.BootstrapServer)[0], new KafkaClientOptions());
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.BootstrapServer);
        AdminClient admin = new(cluster);
        await admin.AlterShareGroupOffsetsAsync(group, [(topic, 0, 4)]);

        (await broker.RunAsync("group", "list")).ShouldSucceed().OutputLines.ShouldContain(line => line.StartsWith(group + " ", StringComparison.Ordinal) && line.Contains("share", StringComparison.Ordinal));
        (await broker.RunAsync("group", "describe", group)).ShouldSucceed().Output.ShouldContain("share group, Empty");
        (await broker.RunAsync("group", "lag", group)).ShouldSucceed().Output.ShouldContain("6 records behind in 1 partition; the group is Empty.");
        JsonElement done = JsonElement.Parse((await broker.RunAsync("group", "reset-offsets", group, "--shift", "3", "--execute", "--json")).ShouldSucceed().Output);
        done.GetProperty("offsets")[0].GetProperty("newOffset").GetInt64().ShouldBe(7);
        (await admin.ListShareGroupOffsetsAsync(group)).ShouldBe([new ShareGroupOffset(topic, 0, 7, 3)]);

        ShareGroupHeartbeatRequest join = new() { GroupId = group, MemberId = "sharer", SubscribedTopicNames = [topic] };
        ShareGroupHeartbeatResponse joined = await connection.SendAsync(join);
        joined.ErrorCode.ShouldBe(ErrorCode.None);
        joined.Assignment!.TopicPartitions.ShouldHaveSingleItem().Partitions.ShouldBe([0]);
        (await broker.RunAsync("group", "describe", group)).ShouldSucceed().Output.ShouldContain("sharer");
        JsonElement.Parse((await broker.RunAsync("group", "lag", group, "--json")).ShouldSucceed().Output)[0].GetProperty("member").GetString().ShouldBe("sharer");
        (await broker.RunAsync("group", "reset-offsets", group, "--to", "earliest", "--execute")).ShouldFail(ExitCodes.Failed, "has members");
        (await broker.RunAsync("group", "delete", group)).ShouldFail(ExitCodes.Failed, "has members; stop its consumers first");
        join.MemberEpoch = -1;
        (await connection.SendAsync(join)).ErrorCode.ShouldBe(ErrorCode.None);
        (await broker.RunAsync("group", "delete", group)).ShouldSucceed();
        (await broker.RunAsync("group", "describe", group)).ShouldFail(ExitCodes.Failed, $"there is no group '{group}'");
    }

    [Fact]
    public async Task Streams_group_is_described_with_its_tasks_and_deleted()
    {
        string topic = await FilledTopicAsync(10);
        string group = $"streams-{topic}";
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(BrokerEndpoint.ParseList(broker.BootstrapServer)[0], new KafkaClientOptions());
        StreamsGroupHeartbeatRequest join = new()
        {
            GroupId = group, MemberId = "worker", RebalanceTimeoutMs = 60_000, ProcessId = "process", ActiveTasks = [], StandbyTasks = [], WarmupTasks = [],
            Topology = new() { Epoch = 1, Subtopologies = { new() { SubtopologyId = "0", SourceTopics = [topic] } } },
        };
        StreamsGroupHeartbeatResponse response = await connection.SendAsync(join);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        (await broker.RunAsync("group", "list")).ShouldSucceed().OutputLines.ShouldContain(line => line.StartsWith(group + " ", StringComparison.Ordinal) && line.Contains("streams", StringComparison.Ordinal));

        // Its first member waits a few seconds for others.
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
        for (; response.Status is { Count: > 0 }; deadline.Token.ThrowIfCancellationRequested())
            response = await connection.SendAsync(new StreamsGroupHeartbeatRequest { GroupId = group, MemberId = "worker", MemberEpoch = response.MemberEpoch });
        string described = (await broker.RunAsync("group", "describe", group)).ShouldSucceed().Output;
        described.ShouldContain("streams group, Stable");
        described.ShouldContain("worker");
        described.ShouldContain("0_0");
        JsonElement document = JsonElement.Parse((await broker.RunAsync("group", "describe", group, "--json")).ShouldSucceed().Output);
        document.GetProperty("members")[0].GetProperty("activeTasks")[0].GetString().ShouldBe("0_0");
        document.GetProperty("members")[0].GetProperty("partitions")[0].GetProperty("topic").GetString().ShouldBe(topic);
        document.GetProperty("subtopologies")[0].GetProperty("sourceTopics")[0].GetString().ShouldBe(topic);
        (await broker.RunAsync("group", "delete", group)).ShouldFail(ExitCodes.Failed, "has members; stop its consumers first");

        await connection.SendAsync(new StreamsGroupHeartbeatRequest { GroupId = group, MemberId = "worker", MemberEpoch = -1 });
        (await broker.RunAsync("group", "describe", group)).ShouldSucceed().Output.ShouldContain("streams group, Empty");
        (await broker.RunAsync("group", "delete", group)).ShouldSucceed();
        (await broker.RunAsync("group", "describe", group)).ShouldFail(ExitCodes.Failed, $"there is no group '{group}'");
    }

    [Theory]
    [InlineData("say where to read on")]
    [InlineData("say where to read on", "--to", "earliest", "--shift", "1")]
    [InlineData("--to wants earliest, latest", "--to", "yesterday-ish")]
    [InlineData("--partition needs exactly one --topic", "--to", "earliest", "--partition", "0")]
    public async Task Reset_that_says_too_little_or_too_much_is_a_usage_error(string because, params string[] options) =>
        (await broker.RunAsync(["group", "reset-offsets", "any", .. options])).ShouldFail(ExitCodes.Usage, because);

    private async Task<string> FilledTopicAsync(int records)
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunWithInputAsync(string.Concat(Enumerable.Range(0, records).Select(static i => $"{i}\n")), "produce", topic)).ShouldSucceed();
        return topic;
    }

    private async Task<string> GroupWithOffsetsAsync(string topic, long offset)
    {
        string group = $"g-{topic}";
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.BootstrapServer);
        await new AdminClient(cluster).CommitGroupOffsetsAsync(group, [new GroupOffset(topic, 0, offset)]);
        return group;
    }

    private async Task<long> CommittedAsync(string group)
    {
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.BootstrapServer);
        return (await new AdminClient(cluster).ListGroupOffsetsAsync(group)).ShouldHaveSingleItem().Offset;
    }
}
