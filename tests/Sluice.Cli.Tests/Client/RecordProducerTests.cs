using System.Collections.Concurrent;
using System.Text;
using Sluice.Cli.Tests.Support;
using Sluice.Client;
using Sluice.Client.Producing;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Tests.Client;

public sealed class RecordProducerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_that_come_back_are_sent_again_in_their_order()
    {
        // The first batch is refused once. Those behind it see a gap, as at a real broker, and have to follow it again.
        var log = new SequenceLog { RefusalsCount = 1 };
        await using var broker = new ScriptedBroker(log.AnswerAsync);
        await using KafkaCluster cluster = await ConnectAsync(broker);
        await using RecordProducer producer = await RecordProducer.StartAsync(cluster, OneRecordPerBatch(), Token);

        for (int number = 0; number < 20; number++) await producer.AppendAsync(new OutgoingRecord("t", null, Utf8($"{number}")), Token);
        await producer.FlushAsync(Token);

        log.Values.ShouldBe(Enumerable.Range(0, 20).Select(number => $"{number}"));
        producer.Counts.DeliveredCount.ShouldBe(20);
        producer.Counts.FailedCount.ShouldBe(0);
        producer.Counts.RetriesCount.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Batch_that_is_refused_for_good_does_not_stop_those_behind_it()
    {
        var log = new SequenceLog { Poison = "3" };
        await using var broker = new ScriptedBroker(log.AnswerAsync);
        await using KafkaCluster cluster = await ConnectAsync(broker);
        await using RecordProducer producer = await RecordProducer.StartAsync(cluster, OneRecordPerBatch(), Token);

        Task<Delivery>[] deliveries = [.. Enumerable.Range(0, 10).Select(number => producer.SendAsync(new OutgoingRecord("t", null, Utf8($"{number}")), Token))];
        KafkaException exception = await Should.ThrowAsync<KafkaException>(() => producer.FlushAsync(Token));

        exception.Error.ShouldBe(ErrorCode.MessageTooLarge);
        (await Should.ThrowAsync<KafkaException>(deliveries[3])).Error.ShouldBe(ErrorCode.MessageTooLarge);
        log.Values.ShouldBe(["0", "1", "2", "4", "5", "6", "7", "8", "9"]);
        (await deliveries[9]).Offset.ShouldBe(8);
        producer.Counts.FailedCount.ShouldBe(1);
        producer.Counts.DeliveredCount.ShouldBe(9);
    }

    [Fact]
    public async Task Batch_that_the_broker_has_already_counts_as_delivered()
    {
        var log = new SequenceLog { LostAnswersCount = 1 };
        await using var broker = new ScriptedBroker(log.AnswerAsync);
        await using KafkaCluster cluster = await ConnectAsync(broker);
        await using RecordProducer producer = await RecordProducer.StartAsync(cluster, OneRecordPerBatch(), Token);

        await producer.AppendAsync(new OutgoingRecord("t", null, Utf8("once")), Token);
        await producer.FlushAsync(Token);

        log.Values.ShouldBe(["once"]);
        producer.Counts.DeliveredCount.ShouldBe(1);
    }

    [Fact]
    public async Task Full_buffer_makes_appending_wait_and_nothing_is_lost()
    {
        var log = new SequenceLog();
        await using var broker = new ScriptedBroker(log.AnswerAsync);
        await using KafkaCluster cluster = await ConnectAsync(broker);
        var options = new RecordProducerOptions { BatchBytes = 1000, BufferBytesMax = 3000, Linger = TimeSpan.FromMinutes(1) };
        await using RecordProducer producer = await RecordProducer.StartAsync(cluster, options, Token);

        for (int number = 0; number < 500; number++) await producer.AppendAsync(new OutgoingRecord("t", null, Utf8($"{number,100}")), Token);
        await producer.FlushAsync(Token);

        log.Values.Select(value => int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(Enumerable.Range(0, 500));
    }

    [Fact]
    public async Task Records_without_keys_go_to_one_partition_per_batch_in_turn()
    {
        var log = new SequenceLog();
        await using var broker = new ScriptedBroker(log.AnswerAsync) { PartitionCount = 3 };
        await using KafkaCluster cluster = await ConnectAsync(broker);
        await using RecordProducer producer = await RecordProducer.StartAsync(cluster, OneRecordPerBatch(), Token);

        for (int number = 0; number < 9; number++) await producer.AppendAsync(new OutgoingRecord("t", null, Utf8($"{number}")), Token);
        await producer.FlushAsync(Token);

        log.Partitions.GroupBy(partition => partition).Select(group => group.Count()).ShouldBe([3, 3, 3]);
    }

    [Fact]
    public async Task Partition_that_does_not_exist_is_refused_at_once()
    {
        await using var broker = new ScriptedBroker(new SequenceLog().AnswerAsync);
        await using KafkaCluster cluster = await ConnectAsync(broker);
        await using RecordProducer producer = await RecordProducer.StartAsync(cluster, null, Token);

        KafkaException exception = await Should.ThrowAsync<KafkaException>(async () => await producer.AppendAsync(new OutgoingRecord("t", null, Utf8("x"), Partition: 1), Token));
        exception.Message.ShouldContain("there is no partition 1");
    }

    [Fact]
    public async Task Disposed_producer_tells_who_waits()
    {
        var isAsked = new TaskCompletionSource();
        await using var broker = new ScriptedBroker(_ =>
        {
            isAsked.TrySetResult();
            return Task.FromResult<IMessage?>(null);
        });
        await using KafkaCluster cluster = await ConnectAsync(broker);
        RecordProducer producer = await RecordProducer.StartAsync(cluster, null, Token);
        Task<Delivery> delivery = producer.SendAsync(new OutgoingRecord("t", null, Utf8("x")), Token);
        await isAsked.Task.WaitAsync(TestCli.Deadline, Token);

        await producer.DisposeAsync();

        (await Should.ThrowAsync<KafkaException>(delivery)).Message.ShouldContain("closed");
        await Should.ThrowAsync<ObjectDisposedException>(async () => await producer.AppendAsync(new OutgoingRecord("t", null, Utf8("y")), Token));
    }

    private static RecordProducerOptions OneRecordPerBatch() => new() { BatchBytes = 1, Linger = TimeSpan.Zero };

    private static Task<KafkaCluster> ConnectAsync(ScriptedBroker broker) =>
        KafkaCluster.ConnectAsync(broker.Endpoint.ToString(), new KafkaClientOptions { RetryBackoff = TimeSpan.FromMilliseconds(1) }, Token);

    private static ReadOnlyMemory<byte>? Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Accepts batches as a broker does: each producer's sequences without gaps, repeated ones not twice.</summary>
    private sealed class SequenceLog
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<int, int> _nextSequences = [];
        private readonly ConcurrentQueue<string> _values = new();

        internal int RefusalsCount { get; set; }

        internal int LostAnswersCount { get; set; }

        internal string? Poison { get; init; }

        internal IEnumerable<string> Values => _values;

        internal ConcurrentQueue<int> Partitions { get; } = new();

        internal Task<IMessage?> AnswerAsync(ScriptedRequest request)
        {
            lock (_lock)
            {
                var body = (ProduceRequest)request.Body;
                var response = new ProduceResponse();
                ProduceResponse.TopicProduceResponse topic = response.Responses.Add();
                (topic.Name, topic.TopicId) = (body.TopicData[0].Name, body.TopicData[0].TopicId);
                foreach (ProduceRequest.PartitionProduceData data in body.TopicData[0].PartitionData)
                {
                    ProduceResponse.PartitionProduceResponse answer = topic.PartitionResponses.Add();
                    answer.Index = data.Index;
                    (answer.ErrorCode, answer.BaseOffset) = Append(data);
                }

                return Task.FromResult<IMessage?>(LostAnswersCount-- > 0 ? ScriptedRequest.CloseConnection : response);
            }
        }

        private (ErrorCode Error, long BaseOffset) Append(ProduceRequest.PartitionProduceData data)
        {
            var batch = new RecordBatchView(data.Records.Bytes.Span);
            batch.IsCrcValid().ShouldBeTrue();
            batch.ProducerId.ShouldBe(7);
            if (RefusalsCount-- > 0) return (ErrorCode.NotLeaderOrFollower, -1);
            int next = _nextSequences.GetValueOrDefault(data.Index);
            if (batch.BaseSequence < next) return (ErrorCode.DuplicateSequenceNumber, -1);
            if (batch.BaseSequence > next) return (ErrorCode.OutOfOrderSequenceNumber, -1);

            List<string> values = [];
            var reader = new RecordReader(batch.Payload, batch.RecordsCount);
            while (reader.MoveNext()) values.Add(Encoding.UTF8.GetString(reader.Current.Value));
            if (values.Contains(Poison!)) return (ErrorCode.MessageTooLarge, -1);
            long baseOffset = _values.Count;
            foreach (string value in values) _values.Enqueue(value);
            Partitions.Enqueue(data.Index);
            _nextSequences[data.Index] = next + batch.RecordsCount;
            return (ErrorCode.None, baseOffset);
        }
    }
}
