using System.Globalization;
using Sluice.Differential.Scenarios;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tool for transactions against Sluice.</summary>
public sealed class TransactionToolsTests(ToolsFixture broker) : IClassFixture<ToolsFixture>
{
    private const string VerificationSetting = "transaction.partition.verification.enable";
    private static readonly TimeSpan TwentyMinutes = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task Transactions_are_listed_described_and_ended_by_force()
    {
        DifferentialRun.SkipWithoutKafka();
        using Session session = NewSession("known");
        Topic topic = await session.Topic();
        (string id, Transactions.Writer writer) = await Transactions.Begin(session);
        await Transactions.Write(session, topic, id, writer);

        (await Run("list")).Succeeded().Output.ShouldMatch($@"{id}\s+1\s+{writer.Id}\s+Ongoing");
        (await Run("list", "--transactional-id-pattern", ".*known.*")).Succeeded().Output.ShouldContain(id);
        (await Run("list", "--transactional-id-pattern", "known")).Succeeded().Output.ShouldNotContain(id);
        (await Run("list", "--duration-filter", "3600000")).Succeeded().Output.ShouldNotContain(id);
        string described = (await Run("describe", "--transactional-id", id)).Succeeded().Output;
        described.ShouldMatch($@"1\s+{id}\s+{writer.Id}\s+{writer.Epoch}\s+Ongoing\s+60000\s+\d+\s+\d+\s+{topic.Name}-0");
        (await Run("describe-producers", "--topic", topic.Name, "--partition", "0")).Succeeded().Output.ShouldMatch($@"\n{writer.Id}\s+{writer.Epoch}\s+-1\s+0\s+\d+\s+0");

        (await Run("forceTerminateTransaction", "--transactionalId", id)).Succeeded();
        (await StableOffset(session, topic)).ShouldBe(2);
        (await Run("describe", "--transactional-id", id)).Succeeded().Output.ShouldContain("Empty");
        (await Run("describe", "--transactional-id", "nobody")).Output.ShouldContain("Failed to describe transaction state");
    }

    [Fact]
    public async Task Hanging_transactions_are_found_and_aborted()
    {
        DifferentialRun.SkipWithoutKafka();
        using Session session = NewSession("hanging");
        Topic topic = await session.Topic("t", partitionsCount: 2);
        Transactions.Writer writer = await Hang(session, topic);

        string[] search = ["find-hanging", "--topic", topic.Name];
        string found = (await Run(search)).Succeeded().Output;
        foreach (int partition in new[] { 0, 1 }) found.ShouldMatch($@"{topic.Name}\s+{partition}\s+{writer.Id}\s+0\s+-1\s+0\s+\d+\s+20");
        (await Run("find-hanging", "--broker-id", "1")).Succeeded().Output.ShouldContain(topic.Name);
        (await Run([.. search, "--max-transaction-timeout", "30"])).Succeeded().Output.ShouldNotContain(topic.Name);

        (await Run("abort", "--topic", topic.Name, "--partition", "0", "--start-offset", "7")).ExitCode.ShouldNotBe(0);
        (await StableOffset(session, topic)).ShouldBe(0);
        (await Run("abort", "--topic", topic.Name, "--partition", "0", "--start-offset", "0")).Succeeded();
        (await StableOffset(session, topic)).ShouldBe(2);
        string[] byProducer = ["--producer-id", string.Create(CultureInfo.InvariantCulture, $"{writer.Id}"), "--producer-epoch", "0", "--coordinator-epoch", "0"];
        (await Run(["abort", "--topic", topic.Name, "--partition", "1", .. byProducer])).Succeeded();
        (await Run(search)).Succeeded().Output.ShouldNotContain(topic.Name);
    }

    private Task<ToolResult> Run(params string[] arguments) => broker.Run("transactions", arguments);

    private Session NewSession(string name) => new(
        broker.Peer, new Scenario(ApiKey.DescribeTransactions, name, static _ => Task.CompletedTask), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    private static async Task<long> StableOffset(Session session, Topic topic) =>
        (await session.Ask(Committed.Latest(topic, isCommitted: true), version: 9)).Topics[0].Partitions[0].Offset;

    // A producer that no coordinator knows, appended where the broker does not ask the coordinator.
    private async Task<Transactions.Writer> Hang(Session session, Topic topic)
    {
        Transactions.Writer writer = new(await IdempotentProduceScenarios.NewProducer(session), 0);
        string[] alter = ["--alter", "--entity-type", "brokers", "--entity-default"];
        (await broker.Run("configs", [.. alter, "--add-config", $"{VerificationSetting}=false"])).Succeeded();
        await session.WaitUntil("a transaction hangs", async () =>
        {
            ErrorCode[] errors = [await Write(session, topic, writer, 0), await Write(session, topic, writer, 1)];
            return errors.All(static error => error == ErrorCode.None);
        });
        (await broker.Run("configs", [.. alter, "--delete-config", VerificationSetting])).Succeeded();
        return writer;
    }

    private static async Task<ErrorCode> Write(Session session, Topic topic, Transactions.Writer writer, int partition)
    {
        byte[] batch = session.Batch(new BatchOptions
        {
            ProducerId = writer.Id, ProducerEpoch = writer.Epoch, BaseSequence = 0, IsTransactional = true, StartMs = -(long)TwentyMinutes.TotalMilliseconds,
        });
        ProduceRequest request = ProduceScenarios.To(topic, batch, partition: partition);
        request.TransactionalId = session.Name("nobody");
        return (await session.Ask(request, version: 11)).Responses[0].PartitionResponses[0].ErrorCode;
    }
}
