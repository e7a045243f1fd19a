using System.Globalization;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tools for groups against Sluice, and its consumers as members of them.</summary>
public sealed class GroupToolsTests(ToolsFixture broker) : IClassFixture<ToolsFixture>
{
    private const int PartitionsCount = 2;
    private const int RecordsCount = 1000;

    [Fact]
    public async Task Groups_are_listed_described_reset_in_every_form_and_deleted()
    {
        DifferentialRun.SkipWithoutKafka();
        await FillTopic("reset");
        (await Consume("reset", "resetting", "classic", RecordsCount)).ShouldBe(RecordsCount);

        (await broker.Run("groups", "--list")).Succeeded().Output.Split('\n').ShouldContain("resetting");
        (await broker.Run("groups", "--list", "--state")).Succeeded().Output.ShouldContain("Empty");
        (await broker.Run("groups", "--describe", "--group", "resetting", "--state")).Succeeded().Output.ShouldContain("Empty");
        (await broker.Run("groups", "--describe", "--group", "resetting", "--members")).Succeeded().Output.ShouldContain("no active members");
        (await Lags("resetting")).ShouldBe([0, 0]);

        await Reset("--to-earliest");
        (await Offsets("resetting")).Sum().ShouldBe(0);
        await Reset("--to-latest");
        (await Offsets("resetting")).Sum().ShouldBe(RecordsCount);
        await Reset("--shift-by", "-10");
        (await Offsets("resetting")).Sum().ShouldBe(RecordsCount - 20);
        await Reset("--to-current");
        (await Offsets("resetting")).Sum().ShouldBe(RecordsCount - 20);
        await Reset("--to-offset", "7");
        (await Offsets("resetting")).ShouldBe([7, 7]);
        await Reset("--to-datetime", "2001-01-01T00:00:00.000");
        (await Offsets("resetting")).Sum().ShouldBe(0);
        await Reset("--by-duration", "PT0S");
        (await Offsets("resetting")).Sum().ShouldBe(RecordsCount);
        string exported = (await broker.Run("groups", "--reset-offsets", "--group", "resetting", "--topic", "reset:0", "--to-offset", "5", "--dry-run", "--export")).Succeeded().Output;
        using Sluice.Conformance.Peers.TemporaryFolder folder = new("reset");
        string file = Path.Combine(folder.Path, "offsets.csv");
        await File.WriteAllLinesAsync(file, exported.Split('\n').Where(static line => line.StartsWith("\"reset\"", StringComparison.Ordinal) || line.StartsWith("reset,", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        (await broker.Run("groups", "--reset-offsets", "--group", "resetting", "--from-file", file, "--execute")).Succeeded();
        (await Offsets("resetting"))[0].ShouldBe(5);

        (await broker.Run("groups", "--delete-offsets", "--group", "resetting", "--topic", "reset:1")).Succeeded().Output.ShouldContain("Successful");
        (await broker.Run("groups", "--delete", "--group", "resetting")).Succeeded().Output.ShouldContain("was successful");
        (await broker.Run("groups", "--list")).Succeeded().Output.Split('\n').ShouldNotContain("resetting");

        async Task Reset(params string[] how) =>
            (await broker.Run("groups", ["--reset-offsets", "--group", "resetting", "--topic", "reset", "--execute", .. how])).Succeeded();
    }

    [Theory]
    [InlineData("org.apache.kafka.clients.consumer.RangeAssignor")]
    [InlineData("org.apache.kafka.clients.consumer.RoundRobinAssignor")]
    [InlineData("org.apache.kafka.clients.consumer.StickyAssignor")]
    [InlineData("org.apache.kafka.clients.consumer.CooperativeStickyAssignor")]
    public async Task Verifiable_consumer_reads_with_every_assignor(string assignor)
    {
        DifferentialRun.SkipWithoutKafka();
        string topic = $"verifiable-{assignor[(assignor.LastIndexOf('.') + 1)..]}";
        await FillTopic(topic);
        string output = (await broker.Run(
            "verifiable-consumer", "--topic", topic, "--group-id", topic, "--reset-policy", "earliest", "--max-messages", $"{RecordsCount}", "--group-protocol", "classic",
            "--assignment-strategy", assignor)).Succeeded().Output;
        output.ShouldContain("partitions_assigned");
        output.ShouldContain("\"success\":true");
        (await Offsets(topic)).Sum().ShouldBe(RecordsCount);
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("range")]
    public async Task Verifiable_consumer_reads_with_every_assignor_of_the_broker(string assignor)
    {
        DifferentialRun.SkipWithoutKafka();
        string topic = $"assigned-{assignor}";
        await FillTopic(topic);
        string output = (await broker.Run(
            "verifiable-consumer", "--topic", topic, "--group-id", topic, "--reset-policy", "earliest", "--max-messages", $"{RecordsCount}", "--group-protocol", "consumer",
            "--group-remote-assignor", assignor)).Succeeded().Output;
        output.ShouldContain("partitions_assigned");
        output.ShouldContain("\"success\":true");
        (await Offsets(topic)).Sum().ShouldBe(RecordsCount);
    }

    [Fact]
    public async Task A_group_that_Kafkas_consumer_left_is_continued_by_the_next()
    {
        DifferentialRun.SkipWithoutKafka();
        await FillTopic("continued");
        (await Consume("continued", "continuing", "classic", 300)).ShouldBe(300);
        int committed = (int)(await Offsets("continuing")).Sum();
        (await Consume("continued", "continuing", "classic", RecordsCount - committed)).ShouldBe(RecordsCount - committed);
        (await Lags("continuing")).ShouldBe([0, 0]);
    }

    private async Task<int> Consume(string topic, string group, string protocol, int count)
    {
        string output = (await broker.Run(
            "console-consumer", "--topic", topic, "--group", group, "--max-messages", $"{count}", "--timeout-ms", "30000", "--command-property", "auto.offset.reset=earliest",
            "--command-property", $"group.protocol={protocol}")).Succeeded().Output;
        return output.Split('\n').Count(static line => line.StartsWith("record ", StringComparison.Ordinal));
    }

    private async Task<long[]> Offsets(string group) => await Column(group, "CURRENT-OFFSET");

    private async Task<long[]> Lags(string group) => await Column(group, "LAG");

    // The tool prints a table; its columns are found by their headings.
    private async Task<long[]> Column(string group, string heading)
    {
        string output = (await broker.Run("groups", "--describe", "--group", group, "--offsets")).Succeeded().Output;
        string[][] lines = [.. output.Split('\n').Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(static cells => cells.Length > 4)];
        int heads = Array.FindIndex(lines, static cells => cells[0] == "GROUP");
        int column = Array.IndexOf(lines[heads], heading);
        return
        [
            .. lines.Where(cells => cells[0] == group).OrderBy(static cells => cells[2], StringComparer.Ordinal)
                .Select(cells => long.Parse(cells[column], CultureInfo.InvariantCulture)),
        ];
    }

    private async Task FillTopic(string topic)
    {
        (await broker.Run("topics", "--create", "--topic", topic, "--partitions", $"{PartitionsCount}")).Succeeded();
        string lines = string.Concat(Enumerable.Range(0, RecordsCount).Select(static i => string.Create(CultureInfo.InvariantCulture, $"{i}:record {i}\n")));
        (await KafkaTool.RunWith(
            lines, "console-producer", "--bootstrap-server", broker.Bootstrap, "--topic", topic, "--reader-property", "parse.key=true", "--reader-property", "key.separator=:")).Succeeded();
    }
}
