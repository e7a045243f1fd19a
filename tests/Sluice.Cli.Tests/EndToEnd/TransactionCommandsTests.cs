using System.Text.Json;
using Sluice.Cli.Tests.Support;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Tests.EndToEnd;

public sealed class TransactionCommandsTests(TestBroker broker) : IClassFixture<TestBroker>
{
    private const string VerificationSetting = "transaction.partition.verification.enable";

    [Fact]
    public async Task Open_transaction_is_listed_described_and_terminated()
    {
        string topic = await broker.CreateTopicAsync(2);
        string id = $"tx-{topic}";
        await using KafkaConnection connection = await ConnectAsync();
        InitProducerIdResponse producer = await InitAsync(connection, id);
        (await ProduceAsync(connection, topic, id, producer, NowMs)).ShouldBe(ErrorCode.None);

        (await broker.RunAsync("transaction", "list", "--state", "ongoing", "--pattern", $"tx-{topic}")).ShouldSucceed().OutputLines[1].ShouldMatch($@"^{id} +Ongoing +{producer.ProducerId} +1$");
        JsonElement.Parse((await broker.RunAsync("transaction", "list", "--producer-id", $"{producer.ProducerId}", "--json")).ShouldSucceed().Output)[0]
            .GetProperty("transactionalId").GetString().ShouldBe(id);
        (await broker.RunAsync("transaction", "list", "--longer-than-ms", "3600000")).ShouldSucceed().Output.ShouldNotContain(id);
        CliOutcome described = (await broker.RunAsync("transaction", "describe", id)).ShouldSucceed();
        described.Output.ShouldContain($"Ongoing, producer {producer.ProducerId} of epoch 0, coordinated by broker 1");
        described.Output.ShouldMatch($@"{topic} +1 +0\n");
        JsonElement producers = JsonElement.Parse((await broker.RunAsync("transaction", "describe-producers", topic, "--json")).ShouldSucceed().Output);
        producers.GetArrayLength().ShouldBe(1);
        producers[0].GetProperty("transactionStartOffset").GetInt64().ShouldBe(0);
        producers[0].GetProperty("lastSequence").GetInt32().ShouldBe(0);
        producers[0].GetProperty("coordinatorEpoch").ValueKind.ShouldBe(JsonValueKind.Null);

        (await broker.RunAsync("transaction", "terminate", id)).ShouldSucceed().Output.ShouldBe($"{id} was Ongoing; its transaction is ended, and its producer is fenced.\n");
        (await broker.RunAsync("transaction", "describe", id)).ShouldSucceed().Output.ShouldContain("No transaction is open");
        (await StableOffsetAsync(topic)).ShouldBe(2);
        (await ProduceAsync(connection, topic, id, producer, NowMs, sequence: 1)).ShouldBe(ErrorCode.InvalidProducerEpoch);
    }

    [Fact]
    public async Task Hanging_transaction_is_found_and_aborted()
    {
        string topic = await broker.CreateTopicAsync();
        await using KafkaConnection connection = await ConnectAsync();
        long producerId = await HangAsync(connection, topic, NowMs - (20 * 60_000));
        (await StableOffsetAsync(topic)).ShouldBe(0);

        CliOutcome found = (await broker.RunAsync("transaction", "find-hanging", "--topic", topic)).ShouldSucceed();
        found.Output.ShouldMatch($@"{topic} +0 +0 +{producerId} +0 +- +\S+ +20\n");
        found.Output.ShouldContain($"To end the first of them: sluice transaction abort {topic} --partition 0 --start-offset 0\n");
        (await broker.RunAsync("transaction", "find-hanging", "--broker", "1", "--json")).ShouldSucceed().Output.ShouldContain(topic);
        (await broker.RunAsync("transaction", "find-hanging", "--topic", topic, "--max-transaction-timeout-minutes", "30")).ShouldSucceed().Error.ShouldContain("No transaction hangs.");

        (await broker.RunAsync("transaction", "abort", topic, "--partition", "0", "--start-offset", "1"))
            .ShouldFail(ExitCodes.Failed, $"no transaction that is open in {topic}-0 starts at offset 1. See those that are with: sluice transaction describe-producers {topic} --partition 0");
        (await broker.RunAsync("transaction", "abort", topic, "--partition", "0", "--start-offset", "0")).ShouldSucceed()
            .Output.ShouldBe($"Aborted the transaction of producer {producerId} (epoch 0) in {topic}-0.\n");
        (await StableOffsetAsync(topic)).ShouldBe(2);
        (await broker.RunAsync("transaction", "find-hanging", "--topic", topic)).ShouldSucceed().Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Transaction_can_be_aborted_by_producer_and_epochs()
    {
        string topic = await broker.CreateTopicAsync();
        await using KafkaConnection connection = await ConnectAsync();
        long producerId = await HangAsync(connection, topic, NowMs);
        string[] abort = ["transaction", "abort", topic, "--partition", "0", "--producer-id", $"{producerId}", "--producer-epoch", "0"];
        JsonElement aborted = JsonElement.Parse((await broker.RunAsync([.. abort, "--coordinator-epoch", "3", "--json"])).ShouldSucceed().Output);
        aborted.GetProperty("producerId").GetInt64().ShouldBe(producerId);
        aborted.GetProperty("startOffset").ValueKind.ShouldBe(JsonValueKind.Null);
        (await StableOffsetAsync(topic)).ShouldBe(2);
        (await broker.RunAsync([.. abort, "--coordinator-epoch", "2"])).ShouldFail(ExitCodes.Failed, $"{topic}-0 has heard of a newer coordinator than one of epoch 2");
    }

    [Fact]
    public async Task Transaction_that_its_coordinator_knows_is_aborted_in_one_partition_only_if_forced()
    {
        string topic = await broker.CreateTopicAsync();
        string id = $"tx-{topic}";
        await using KafkaConnection connection = await ConnectAsync();
        InitProducerIdResponse producer = await InitAsync(connection, id);
        (await ProduceAsync(connection, topic, id, producer, NowMs - (60 * 60_000))).ShouldBe(ErrorCode.None);

        (await broker.RunAsync("transaction", "find-hanging", "--topic", topic)).ShouldSucceed().Error.ShouldContain("No transaction hangs.");
        string[] abort = ["transaction", "abort", topic, "--partition", "0", "--start-offset", "0"];
        (await broker.RunAsync(abort)).ShouldFail(ExitCodes.Failed, $"its coordinator has it as Ongoing for transactional id '{id}'");
        (await StableOffsetAsync(topic)).ShouldBe(0);
        (await broker.RunAsync([.. abort, "--force"])).ShouldSucceed();
        (await StableOffsetAsync(topic)).ShouldBe(2);
    }

    [Fact]
    public async Task Mistyped_transactional_id_is_answered_with_the_right_one()
    {
        string id = $"tx-{TestBroker.NewTopic()}";
        await using KafkaConnection connection = await ConnectAsync();
        await InitAsync(connection, id);
        foreach (string verb in new[] { "describe", "terminate" })
            (await broker.RunAsync("transaction", verb, id + "x")).ShouldFail(ExitCodes.Failed, $"Did you mean '{id}'?");
    }

    [Theory]
    [InlineData("list --state Ongiong", "there is no state 'Ongiong'. Did you mean 'Ongoing'?")]
    [InlineData("list --longer-than-ms -1", "--longer-than-ms wants a whole number of 0 or more")]
    [InlineData("list --pattern a(", "--pattern wants a regular expression, without look-around and back references; it is 'a('")]
    [InlineData("abort t --start-offset 1", "--partition")]
    [InlineData("abort t --partition 0", "say which transaction: either --start-offset, or --producer-id")]
    [InlineData("abort t --partition 0 --start-offset 1 --producer-id 1", "say which transaction")]
    [InlineData("abort t --partition 0 --producer-id 1 --coordinator-epoch 1", "--producer-id needs --producer-epoch")]
    [InlineData("abort t --partition 0 --producer-id 1 --producer-epoch 1", "--producer-id needs --coordinator-epoch")]
    [InlineData("abort t --partition 0 --start-offset 1 --producer-epoch 1", "belong to --producer-id")]
    [InlineData("find-hanging --partition 0", "--partition needs --topic")]
    public async Task Senseless_command_line_is_a_usage_error(string line, string because) =>
        (await broker.RunAsync(["transaction", .. line.Split(' ')])).ShouldFail(ExitCodes.Usage, because);

    private static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<KafkaConnection> ConnectAsync() => KafkaConnection.ConnectAsync(BrokerEndpoint.ParseList(broker.BootstrapServer)[0], new KafkaClientOptions());

    private async Task<long> StableOffsetAsync(string topic)
    {
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(broker.BootstrapServer);
        IReadOnlyList<PartitionOffset> ends = await new AdminClient(cluster).ListOffsetsAsync(topic, OffsetQuery.Latest, [0], IsolationLevel.ReadCommitted);
        return ends.ShouldHaveSingleItem().Offset;
    }

    // A transactional batch of a producer that no coordinator knows: appended where brokers do not ask the coordinator.
    private async Task<long> HangAsync(KafkaConnection connection, string topic, long timestampMs)
    {
        InitProducerIdResponse producer = await connection.SendAsync(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 60_000 });
        (await broker.RunAsync("config", "set", "--broker", "1", $"{VerificationSetting}=false")).ShouldSucceed();
        (await ProduceAsync(connection, topic, "nobody", producer, timestampMs, version: 11)).ShouldBe(ErrorCode.None);
        (await broker.RunAsync("config", "unset", "--broker", "1", VerificationSetting)).ShouldSucceed();
        return producer.ProducerId;
    }

    private static async Task<InitProducerIdResponse> InitAsync(KafkaConnection connection, string id)
    {
        using CancellationTokenSource deadline = new(TestCli.Deadline);
        while (true)
        {
            await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [id], KeyType = 1 }, cancellationToken: deadline.Token);
            InitProducerIdResponse answer = await connection.SendAsync(new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 60_000 }, cancellationToken: deadline.Token);
            if (answer.ErrorCode == ErrorCode.None) return answer;
            answer.ErrorCode.ShouldBeOneOf(ErrorCode.CoordinatorLoadInProgress, ErrorCode.NotCoordinator, ErrorCode.CoordinatorNotAvailable);
        }
    }

    private static async Task<ErrorCode> ProduceAsync(
        KafkaConnection connection, string topic, string id, InitProducerIdResponse producer, long timestampMs, int sequence = 0, short version = 12)
    {
        RecordBatchBuilder batch = new() { ProducerId = producer.ProducerId, ProducerEpoch = producer.ProducerEpoch, BaseSequence = sequence, IsTransactional = true };
        batch.Append(timestampMs, NullableBytes.Null, new byte[] { 1 });
        ProduceRequest request = new() { TransactionalId = id, Acks = -1, TimeoutMs = 10_000 };
        ProduceRequest.TopicProduceData data = request.TopicData.Add();
        data.Name = topic;
        ProduceRequest.PartitionProduceData partition = data.PartitionData.Add();
        partition.Records = new Sluice.Protocol.Messages.Records(batch.Build().ToArray());
        ProduceResponse response = await connection.SendAsync(request, version);
        return response.Responses.ShouldHaveSingleItem().PartitionResponses.ShouldHaveSingleItem().ErrorCode;
    }
}
