using System.Globalization;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tool for share groups against Sluice.</summary>
public sealed class ShareGroupToolsTests(ToolsFixture broker) : IClassFixture<ToolsFixture>
{
    private const int PartitionsCount = 2;

    [Fact]
    public async Task Share_groups_are_listed_described_reset_and_deleted()
    {
        DifferentialRun.SkipWithoutKafka();
        (await broker.Run("topics", "--create", "--topic", "shared", "--partitions", $"{PartitionsCount}")).Succeeded();
        string lines = string.Concat(Enumerable.Range(0, 100).Select(static i => string.Create(CultureInfo.InvariantCulture, $"record {i}\n")));
        (await KafkaTool.RunWith(lines, "console-producer", "--bootstrap-server", broker.Bootstrap, "--topic", "shared")).Succeeded();
        (await Run("--reset-offsets", "--group", "sharing", "--topic", "shared", "--to-earliest", "--execute")).Succeeded().Output.ShouldContain("NEW-OFFSET");

        (await Run("--list")).Succeeded().Output.Split('\n').ShouldContain("sharing");
        (await Run("--list", "--state")).Succeeded().Output.ShouldContain("Empty");
        (await Run("--describe", "--group", "sharing", "--state", "--verbose")).Succeeded().Output.ShouldContain("Empty");
        (await Run("--describe", "--group", "sharing", "--offsets", "--verbose")).Succeeded().Output.ShouldContain("shared");
        (await StartOffsets()).ShouldBe(["0", "0"]);
        (await Run("--reset-offsets", "--group", "sharing", "--topic", "shared:0", "--to-latest", "--execute")).Succeeded();
        (await StartOffsets())[1].ShouldBe("0");
        (await Run("--reset-offsets", "--group", "sharing", "--topic", "shared", "--to-datetime", "2001-01-01T00:00:00.000", "--execute")).Succeeded();
        (await StartOffsets()).ShouldBe(["0", "0"]);

        Task<ToolResult> consumer = broker.Run("console-share-consumer", "--topic", "shared", "--group", "sharing", "--timeout-ms", "15000");
        ToolResult members;
        do members = await Run("--describe", "--group", "sharing", "--members", "--verbose");
        while (!members.Output.Contains("shared:0,1", StringComparison.Ordinal) && !consumer.IsCompleted);
        members.Output.ShouldContain("shared:0,1");
        (await Run("--describe", "--group", "sharing", "--state")).Succeeded().Output.ShouldContain("Stable");
        (await Run("--delete", "--group", "sharing")).Output.ShouldContain("not empty");
        (await consumer).Output.Split('\n').Count(static line => line.StartsWith("record ", StringComparison.Ordinal)).ShouldBe(100);

        (await Run("--delete-offsets", "--group", "sharing", "--topic", "shared")).Succeeded().Output.ShouldContain("Successful");
        (await StartOffsets()).ShouldBeEmpty();
        (await Run("--delete", "--group", "sharing")).Succeeded().Output.ShouldContain("was successful");
        (await Run("--list")).Succeeded().Output.Split('\n').ShouldNotContain("sharing");
    }

    private Task<ToolResult> Run(params string[] arguments) => broker.Run("share-groups", arguments);

    // The tool prints a table; its columns are found by their headings.
    private async Task<string[]> StartOffsets()
    {
        string output = (await Run("--describe", "--group", "sharing", "--offsets")).Succeeded().Output;
        string[][] lines = [.. output.Split('\n').Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(static cells => cells.Length > 3)];
        int heads = Array.FindIndex(lines, static cells => cells[0] == "GROUP");
        if (heads < 0) return [];
        int column = Array.IndexOf(lines[heads], "START-OFFSET");
        return [.. lines.Where(static cells => cells[0] == "sharing").OrderBy(static cells => cells[2], StringComparer.Ordinal).Select(cells => cells[column])];
    }
}
