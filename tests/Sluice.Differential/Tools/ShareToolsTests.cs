using System.Diagnostics;
using System.Runtime.InteropServices;
using Sluice.Conformance.Peers;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own share consumers as members of groups on Sluice.</summary>
public sealed partial class ShareToolsTests(ToolsFixture broker) : IClassFixture<ToolsFixture>
{
    private const int RecordsCount = 1000;
    private const int DeliveryCountLimit = 5;

    [Fact]
    public async Task Accepted_records_do_not_come_again()
    {
        DifferentialRun.SkipWithoutKafka();
        await Fill("accepted", "accepting", RecordsCount);
        (await Consume("accepted", "accepting", RecordsCount)).ShouldBe(Enumerable.Range(0, RecordsCount).Select(static i => $"record {i}"), ignoreOrder: true);
        (await Consume("accepted", "accepting")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rejected_records_do_not_come_again()
    {
        DifferentialRun.SkipWithoutKafka();
        await Fill("rejected", "rejecting", 10);
        (await Consume("rejected", "rejecting", 10, "--reject")).Length.ShouldBe(10);
        (await Consume("rejected", "rejecting")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Released_records_come_again_until_they_came_too_often()
    {
        DifferentialRun.SkipWithoutKafka();
        await Fill("released", "releasing", 10);
        string[] lines = await Consume("released", "releasing", "--release");
        lines.CountBy(static line => line).ShouldAllBe(static line => line.Value == DeliveryCountLimit);
        lines.Distinct().Count().ShouldBe(10);
        (await Consume("released", "releasing")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("sync")]
    [InlineData("async")]
    public async Task Verifiable_share_consumer_acknowledges_everything(string mode)
    {
        DifferentialRun.SkipWithoutKafka();
        await Fill($"verifiable-{mode}", $"verifying-{mode}", RecordsCount);
        string output = (await Verify($"verifiable-{mode}", $"verifying-{mode}", RecordsCount, mode)).Succeeded().Output;
        output.ShouldContain("records_consumed");
        output.ShouldContain("offsets_acknowledged");
        output.ShouldNotContain("\"success\":false");
        (await Consume($"verifiable-{mode}", $"verifying-{mode}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_members_take_turns_with_one_partition()
    {
        DifferentialRun.SkipWithoutKafka();
        const int Each = 2000;
        await Fill("turns", "taking-turns", 3 * Each);
        ToolResult[] results = await Task.WhenAll(Verify("turns", "taking-turns", Each, "auto"), Verify("turns", "taking-turns", Each, "auto"));
        results.ShouldAllBe(static result => result.Succeeded().Output.Contains("records_consumed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_of_a_member_that_stands_still_go_to_another_when_their_lock_ends()
    {
        DifferentialRun.SkipWithoutKafka();
        await Fill("stopped", "stopping", 10);
        using TemporaryFolder folder = new("share");
        string log = Path.Combine(folder.Path, "log");

        // It reads the records, and stands still before it can acknowledge them.
        using Process stopped = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec '{RunSettings.KafkaFolder}/kafka' console-share-consumer --bootstrap-server {broker.Bootstrap} --topic stopped --group stopping > '{log}' 2>&1"]))!;
        try
        {
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
            while (!File.Exists(log) || !(await File.ReadAllTextAsync(log, deadline.Token)).Contains("record 0", StringComparison.Ordinal)) await Task.Delay(5, deadline.Token);
            Kill(stopped.Id, SigStop).ShouldBe(0);
            await Append("stopped", 10, 20);
            string[] lines = await Consume("stopped", "stopping", 10);
            lines.ShouldContain("record 19");
        }
        finally
        {
            stopped.Kill();
            await stopped.WaitForExitAsync(CancellationToken.None);
        }
    }

    private const int SigStop = 19;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    private Task<ToolResult> Verify(string topic, string group, int count, string mode) => broker.Run(
        "verifiable-share-consumer", "--topic", topic, "--group-id", group, "--max-messages", $"{count}", "--acknowledgement-mode", mode, "--offset-reset-strategy", "earliest");

    private Task<string[]> Consume(string topic, string group, int count, params string[] more) => Consume(topic, group, ["--max-messages", $"{count}", .. more]);

    // Without a number of messages it ends when nothing has come for a while, which the tool calls an error.
    private async Task<string[]> Consume(string topic, string group, params string[] more)
    {
        ToolResult result = await broker.Run("console-share-consumer", ["--topic", topic, "--group", group, "--timeout-ms", more.Contains("--max-messages") ? "60000" : "8000", .. more]);
        return [.. result.Output.Split('\n').Where(static line => line.StartsWith("record ", StringComparison.Ordinal))];
    }

    private async Task Fill(string topic, string group, int count)
    {
        (await broker.Run("topics", "--create", "--topic", topic, "--partitions", "1")).Succeeded();
        (await broker.Run("configs", "--alter", "--entity-type", "groups", "--entity-name", group, "--add-config", "share.auto.offset.reset=earliest")).Succeeded();
        await Append(topic, 0, count);
    }

    private async Task Append(string topic, int from, int to) => (await KafkaTool.RunWith(
        string.Concat(Enumerable.Range(from, to - from).Select(static i => $"record {i}\n")),
        "console-producer", "--bootstrap-server", broker.Bootstrap, "--topic", topic, "--batch-size", "1000")).Succeeded();
}
