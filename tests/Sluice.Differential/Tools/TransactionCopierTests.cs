using Sluice.Conformance.Peers;
using Sluice.Protocol;
using Sluice.Testing;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own program that copies a partition in transactions, killed again and again.</summary>
public sealed class TransactionCopierTests
{
    private const int RecordsCount = 20_000;
    private const string Input = "input";
    private const string Output = "output";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Every_record_is_copied_once_whoever_is_killed_or_restarted_meanwhile()
    {
        DifferentialRun.SkipWithoutKafka();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(
            static options => options.WithTopic(Input).WithTopic(Output).WithSetting("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
            TestContext.Current.CancellationToken);
        string[] records = [.. Enumerable.Range(0, RecordsCount).Select(static i => $"record {i}")];
        (await KafkaTool.RunWith(string.Concat(records.Select(static record => $"{record}\n")), "console-producer", "--bootstrap-server", broker.BootstrapServers, "--topic", Input)).Succeeded();

        // Killed in a transaction; killed while the broker is down; left alone, with a restart of the broker.
        using TemporaryFolder folder = new("copier");
        await using (ChildProcess killed = Copier(broker, folder, "killed"))
        {
            await UntilCopied(killed, 1_000);
            killed.Kill();
        }
        await using (ChildProcess killed = Copier(broker, folder, "killed-while-down"))
        {
            await UntilCopied(killed, 1_000);
            await broker.RestartAsync(
                () =>
                {
                    killed.Kill();
                    return Task.CompletedTask;
                },
                TestContext.Current.CancellationToken);
        }
        await using (ChildProcess last = Copier(broker, folder, "last"))
        {
            await UntilCopied(last, 1_000);
            await broker.RestartAsync(cancellationToken: TestContext.Current.CancellationToken);
            (await last.ExitAsync(Patience)).ShouldBe(0, last.Tail());
        }

        ToolResult consumed = await KafkaTool.Run(
            "console-consumer", "--bootstrap-server", broker.BootstrapServers, "--topic", Output, "--from-beginning", "--isolation-level", "read_committed",
            "--max-messages", $"{RecordsCount + 1}", "--timeout-ms", "10000");
        consumed.Output.Split('\n').Where(static line => line.StartsWith("record ", StringComparison.Ordinal)).ShouldBe(records);
        ShouldBeOfTransactionVersion2(broker.Requests.Snapshot());
    }

    // As the broker's finalized feature tells clients to: an epoch for every transaction, and partitions that nobody adds.
    private static void ShouldBeOfTransactionVersion2(IReadOnlyList<SeenRequest> seen)
    {
        seen.Where(static request => request.Api == ApiKey.EndTxn).ShouldNotBeEmpty();
        seen.Where(static request => request.Api == ApiKey.EndTxn).ShouldAllBe(static request => request.Version == 5);
        seen.Where(static request => request.Api == ApiKey.TxnOffsetCommit).ShouldAllBe(static request => request.Version == 5);
        seen.ShouldContain(static request => request.Api == ApiKey.TxnOffsetCommit);
        seen.Select(static request => request.Api).ShouldNotContain(ApiKey.AddPartitionsToTxn);
        seen.Select(static request => request.Api).ShouldNotContain(ApiKey.AddOffsetsToTxn);
    }

    // It asks where its group is before it takes over the transactional id, so a transaction that was left open has to time out first.
    private static ChildProcess Copier(SluiceBroker broker, TemporaryFolder folder, string name) => ChildProcess.Start(
        Path.Combine(RunSettings.KafkaFolder!, "kafka"),
        [
            "transactional-message-copier", "--broker-list", broker.BootstrapServers, "--input-topic", Input, "--input-partition", "0", "--output-topic", Output,
            "--consumer-group", "copiers", "--transactional-id", "copier", "--transaction-size", "100", "--transaction-timeout", "10000", "--enable-random-aborts", "--use-group-metadata",
        ],
        Path.Combine(folder.Path, name));

    // After each transaction it prints what it has come to, as JSON.
    private static async Task UntilCopied(ChildProcess copier, int count) => await copier.LineAsync(
        line => line.Contains("\"totalProcessed\":", StringComparison.Ordinal)
            && int.Parse(line.Split("\"totalProcessed\":")[1].Split([',', '}'])[0], System.Globalization.CultureInfo.InvariantCulture) >= count,
        Patience);
}
