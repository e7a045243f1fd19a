using System.Text.Json;
using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.EndToEnd;

public sealed class TopicCommandsTests(TestBroker broker) : IClassFixture<TestBroker>
{
    [Fact]
    public async Task Topic_is_created_listed_described_and_deleted()
    {
        string topic = TestBroker.NewTopic();
        CliOutcome created = (await broker.RunAsync("topic", "create", topic, "--partitions", "3", "--config", "retention.ms=86400000")).ShouldSucceed();
        created.Output.ShouldBe($"Created topic {topic}: 3 partitions, replication factor 1.\n");

        (await broker.RunAsync("topic", "list")).ShouldSucceed().OutputLines.ShouldContain(line => line.StartsWith(topic + " ", StringComparison.Ordinal));
        string described = (await broker.RunAsync("topic", "describe", topic)).ShouldSucceed().Output;
        described.ShouldContain("3 partitions");
        described.ShouldContain("PARTITION  LEADER  REPLICAS  ISR");
        described.ShouldContain("retention.ms");
        described.ShouldContain("this topic");

        (await broker.RunAsync("topic", "delete", topic)).ShouldSucceed().Output.ShouldBe($"Deleted topic {topic}.\n");
        (await broker.RunAsync("topic", "describe", topic)).ShouldFail(ExitCodes.Failed, $"there is no topic '{topic}'");
    }

    [Fact]
    public async Task Existing_topic_is_an_error_unless_that_is_fine()
    {
        string topic = await broker.CreateTopicAsync(2);
        (await broker.RunAsync("topic", "create", topic)).ShouldFail(ExitCodes.Failed, "--if-not-exists");
        CliOutcome outcome = (await broker.RunAsync("topic", "create", topic, "--if-not-exists", "--json")).ShouldSucceed();
        JsonElement document = JsonElement.Parse(outcome.Output);
        document.GetProperty("created").GetBoolean().ShouldBeFalse();
        document.GetProperty("partitions").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Mistyped_topic_is_answered_with_the_right_one()
    {
        string topic = await broker.CreateTopicAsync();
        foreach (string[] line in new string[][] { ["topic", "describe"], ["consume"], ["produce"], ["offsets"], ["topic", "delete"] })
        {
            (await broker.RunAsync([.. line, topic + "x"])).ShouldFail(ExitCodes.Failed, $"Did you mean '{topic}'?");
        }
    }

    [Fact]
    public async Task Nothing_is_deleted_if_one_of_the_names_is_wrong()
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunAsync("topic", "delete", topic, "missing-" + topic)).ShouldFail(ExitCodes.Failed, "missing-");
        (await broker.RunAsync("topic", "describe", topic)).ShouldSucceed();
    }

    [Theory]
    [InlineData("no spaces", "INVALID_TOPIC_EXCEPTION")]
    [InlineData("..", "INVALID_TOPIC_EXCEPTION")]
    public async Task Name_that_cannot_be_is_refused(string name, string because) =>
        (await broker.RunAsync("topic", "create", name)).ShouldFail(ExitCodes.Failed, because);

    [Fact]
    public async Task Refusals_of_the_broker_are_one_line()
    {
        string topic = TestBroker.NewTopic();
        (await broker.RunAsync("topic", "create", topic, "--replication-factor", "3")).ShouldFail(ExitCodes.Failed, "INVALID_REPLICATION_FACTOR");
        (await broker.RunAsync("topic", "create", topic, "--config", "no.such.setting=1")).ShouldFail(ExitCodes.Failed, "INVALID_CONFIG");
        (await broker.RunAsync("topic", "create", topic, "--config", "retention.ms=soon")).ShouldFail(ExitCodes.Failed, "INVALID_CONFIG");
    }

    [Fact]
    public async Task Partitions_are_added_but_not_removed()
    {
        string topic = await broker.CreateTopicAsync(2);
        (await broker.RunAsync("topic", "add-partitions", topic, "--total", "2")).ShouldFail(ExitCodes.Failed, "has 2 partitions already");
        (await broker.RunAsync("topic", "add-partitions", topic, "--total", "4")).ShouldSucceed().Output.ShouldContain("has 4 partitions now");
        (await broker.RunAsync("offsets", topic)).ShouldSucceed().OutputLines.Length.ShouldBe(1 + 4);
    }

    [Fact]
    public async Task Settings_are_changed_and_taken_back()
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunAsync("topic", "alter", topic, "--set", "retention.ms=1000", "--set", "max.message.bytes=5000")).ShouldSucceed();
        (await broker.RunAsync("config", "set", "--topic", topic, "max.message.bytes=6000")).ShouldSucceed();
        (await broker.RunAsync("config", "unset", "--topic", topic, "retention.ms")).ShouldSucceed();

        JsonElement entries = JsonElement.Parse((await broker.RunAsync("config", "describe", "--topic", topic, "--json")).ShouldSucceed().Output);
        JsonElement[] own = [.. entries.EnumerateArray().Where(entry => entry.GetProperty("source").GetString() == "topic")];
        own.Select(entry => $"{entry.GetProperty("name").GetString()}={entry.GetProperty("value").GetString()}").ShouldBe(["max.message.bytes=6000"]);
        (await broker.RunAsync("config", "describe", "--topic", topic, "--all")).ShouldSucceed().Output.ShouldContain("cleanup.policy");
        (await broker.RunAsync("config", "set", "--topic", topic, "retention.ms=soon")).ShouldFail(ExitCodes.Failed, "INVALID_CONFIG");
    }

    [Fact]
    public async Task Cluster_directories_and_versions_are_shown_in_both_forms()
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunAsync("cluster", "describe")).ShouldSucceed().Output.ShouldContain(broker.BootstrapServer);
        JsonElement.Parse((await broker.RunAsync("cluster", "describe", "--json")).ShouldSucceed().Output).GetProperty("brokers").GetArrayLength().ShouldBe(1);
        (await broker.RunAsync("log-dirs", "--topic", topic)).ShouldSucceed().Output.ShouldContain(topic);
        JsonElement.Parse((await broker.RunAsync("log-dirs", "--json")).ShouldSucceed().Output).GetArrayLength().ShouldBe(1);
        (await broker.RunAsync("log-dirs", "--broker", "77")).ShouldFail(ExitCodes.Failed, "there is no broker 77");
        (await broker.RunAsync("api-versions")).ShouldSucceed().Output.ShouldContain("Produce");
        JsonElement.Parse((await broker.RunAsync("api-versions", "--json")).ShouldSucceed().Output).GetArrayLength().ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Drawn_tables_can_be_forced()
    {
        string topic = await broker.CreateTopicAsync();
        string output = (await broker.RunAsync("topic", "describe", topic, "--color", "always")).ShouldSucceed().Output;
        output.ShouldContain("╭");
        output.ShouldContain("\e[");
    }
}
