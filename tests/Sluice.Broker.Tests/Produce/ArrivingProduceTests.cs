using System.Buffers.Binary;
using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Produce;

/// <summary>Produce where <c>log.append=mapped</c> lets large batches go from the socket straight into the log.</summary>
public class ArrivingProduceTests
{
    private const int ValueBytes = 150_000;

    public ArrivingProduceTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "the mapped append is Linux's");

    public static TheoryData<short> Versions() => ProduceTests.Versions();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_version_stores_what_it_would_store_otherwise_and_answers_the_same(short version)
    {
        await using TestBroker mapped = await StartAsync();
        await using TestBroker buffered = await TestBroker.StartAsync();
        List<string?>[] stored = new List<string?>[2];
        int appendsCount = 0;
        foreach ((TestBroker broker, int index) in new[] { (mapped, 0), (buffered, 1) })
        {
            KafkaConnection connection = await broker.ConnectAsync();
            TestTopic topic = await connection.CreateTopicAsync("events");
            for (int i = 0; index == 0 ? GoesOn(i, least: 4, broker) : i < appendsCount; i++)
            {
                appendsCount = Math.Max(appendsCount, i + 1);
                ProduceResponse.PartitionProduceResponse answer = await connection.ProduceAsync(topic, Large(i), version: version);
                answer.ErrorCode.ShouldBe(ErrorCode.None);
                answer.BaseOffset.ShouldBe(2 * i);
                answer.LogAppendTimeMs.ShouldBe(-1);
                answer.LogStartOffset.ShouldBe(version >= 5 ? 0 : -1);
            }
            stored[index] = await connection.ReadAllAsync(topic);
        }
        stored[0].ShouldBe(stored[1]);
        buffered.Server.ReceivedInPlaceBytes.ShouldBe(0);
        mapped.Server.ReceivedInPlaceBytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_large_batch_that_is_there_as_a_whole_is_received_where_it_stays()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        int appendsCount = await UntilInPlaceAsync(broker, () => connection.AppendAsync(topic, Large(0)));
        broker.Server.ReceivedInPlaceBytes.ShouldBe(Large(0).Length);
        (await connection.ReadAllAsync(topic)).Count.ShouldBe(2 * appendsCount);
    }

    [Fact]
    public async Task A_client_that_stops_in_the_middle_of_its_request_holds_nobody_up()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        RawConnection slow = await broker.ConnectRawAsync();
        byte[] frame = FrameOf(topic, Large(0));
        (await slow.ExchangeAsync(frame)).ShouldNotBeNull();
        byte[] bytes = RawConnection.WithSize(frame);
        await slow.SendAsync(bytes.AsMemory(0, 100_000));

        int appendsCount = 0;
        for (; GoesOn(appendsCount, least: 3, broker); appendsCount++) await connection.AppendAsync(topic, Large(appendsCount));
        broker.Server.ReceivedInPlaceBytes.ShouldBeGreaterThan(0);
        await slow.SendAsync(bytes.AsMemory(100_000));
        BaseOffset(await slow.ReceiveAsync()).ShouldBe(2 + (2 * appendsCount));
        (await connection.ReadAllAsync(topic)).Count.ShouldBe(4 + (2 * appendsCount));
    }

    [Fact]
    public async Task A_client_that_takes_its_time_is_received_from_as_it_sends()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        RawConnection slow = await broker.ConnectRawAsync();
        byte[] frame = FrameOf(topic, Large(0));
        (await slow.ExchangeAsync(frame)).ShouldNotBeNull();
        byte[] bytes = RawConnection.WithSize(frame);
        await slow.SendAsync(bytes.AsMemory(0, 100_000));
        Task<byte[]?> answer = slow.ReceiveAsync();
        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => Task.FromResult(broker.NowMs > TestBroker.StartMs + 1000));
        for (int sent = 100_000; sent < bytes.Length; sent += 70_000) await slow.SendAsync(bytes.AsMemory(sent, Math.Min(70_000, bytes.Length - sent)));
        BaseOffset(await answer).ShouldBe(2);
        (await connection.ReadAllAsync(topic)).Count.ShouldBe(4);
        broker.Server.ReceivedInPlaceBytes.ShouldBe(0);

        // The next ones are looked at again.
        await UntilInPlaceAsync(broker, async () => (await slow.ExchangeAsync(frame)).ShouldNotBeNull());
    }

    [Fact]
    public async Task A_client_that_vanishes_in_the_middle_leaves_nothing()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        RawConnection raw = await broker.ConnectRawAsync();
        byte[] bytes = RawConnection.WithSize(FrameOf(topic, Large(0)));
        await raw.SendAsync(bytes);
        (await raw.ReceiveAsync()).ShouldNotBeNull();
        await raw.SendAsync(bytes.AsMemory(0, 100_000));
        raw.CloseSending();
        await broker.Log.WaitForClosedAsync(CloseReason.ClientVanished);
        (await connection.EndOffsetAsync(topic)).ShouldBe(2);
    }

    [Fact]
    public async Task Requests_sent_without_waiting_are_answered_in_their_order()
    {
        const int requestsCount = 12;
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        RawConnection raw = await broker.ConnectRawAsync();
        int answersCount = 0;
        for (int round = 0; GoesOn(round, least: 1, broker); round++)
        {
            List<byte> bytes = [];
            for (int i = 0; i < requestsCount; i++)
            {
                // Small ones between the large ones.
                bytes.AddRange(RawConnection.WithSize(FrameOf(topic, i % 3 == 1 ? Batches.Of("a", "b") : Large(i), correlationId: answersCount + i)));
            }
            Task sending = raw.SendAsync(bytes.ToArray());
            for (int i = 0; i < requestsCount; i++, answersCount++)
            {
                byte[] answer = (await raw.ReceiveAsync()).ShouldNotBeNull();
                BinaryPrimitives.ReadInt32BigEndian(answer).ShouldBe(answersCount);
                BaseOffset(answer).ShouldBe(2 * answersCount);
            }
            await sending;
        }
        broker.Server.ReceivedInPlaceBytes.ShouldBeGreaterThan(0);
        (await connection.ReadAllAsync(topic)).Count.ShouldBe(2 * answersCount);
    }

    [Fact]
    public async Task Refusals_are_those_of_an_ordinary_append_and_the_log_stays_as_it_was()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 1, ("max.message.bytes", "400000"));
        await connection.AppendAsync(topic, Batches.OfSize(450_000 - 60_000));
        await connection.AppendAsync(topic, Large(0));
        long inPlaceBytes = broker.Server.ReceivedInPlaceBytes;

        byte[] corrupt = Large(1);
        corrupt[^5] ^= 1;
        (await connection.ProduceAsync(topic, corrupt)).ErrorCode.ShouldBe(ErrorCode.CorruptMessage);
        (await connection.ProduceAsync(topic, Batches.OfSize(450_000))).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        (await connection.ProduceAsync(topic, Batches.OfSize(450_000))).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        (await connection.ProduceAsync(topic, [.. Large(1), .. Large(2)])).ErrorCode.ShouldBe(ErrorCode.InvalidRecord);
        (await connection.ProduceAsync(topic, Large(1), partition: 3)).ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);
        (await connection.ProduceAsync(topic, Large(1), acks: 2)).ErrorCode.ShouldBe(ErrorCode.InvalidRequiredAcks);
        (await connection.EndOffsetAsync(topic)).ShouldBe(3);
        broker.Server.ReceivedInPlaceBytes.ShouldBe(inPlaceBytes);

        int appendsCount = await UntilInPlaceAsync(broker, () => connection.AppendAsync(topic, Large(1)));
        await broker.RestartAsync();
        (await (await broker.ConnectAsync()).ReadAllAsync(topic)).Count.ShouldBe(3 + (2 * appendsCount));
    }

    [Fact]
    public async Task A_batch_sent_again_is_answered_with_its_old_offset_and_stored_once()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        long producerId = (await connection.SendAsync(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 1000 })).ProducerId;
        int sequence = 0;
        for (; GoesOn(sequence, least: 4, broker); sequence++)
        {
            byte[] batch = Batches.Sequenced(producerId, 0, sequence, Value(sequence, ValueBytes));
            for (int time = 0; time < 3; time++) (await connection.ProduceAsync(topic, batch)).BaseOffset.ShouldBe(sequence);
        }
        (await connection.ProduceAsync(topic, Batches.Sequenced(producerId, 0, sequence + 5, Value(9, ValueBytes)))).ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        (await connection.ReadAllAsync(topic)).Count.ShouldBe(sequence);
        broker.Server.ReceivedInPlaceBytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Requests_out_of_the_ordinary_are_received_as_a_whole()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", partitions: 2);
        await connection.AppendAsync(topic, Batches.OfSize(400_000));

        await connection.SendOneWayAsync(ApiKey.Produce, BrokerCalls.ProduceRequest(topic, acks: 0, (0, new Records(Large(0)))));
        await connection.SendAsync(BrokerCalls.ProduceRequest(topic, -1, (0, new Records(Large(1))), (1, new Records(Large(2)))));
        await connection.AppendAsync(topic, Batches.OfSize(300_000, CompressionType.Lz4, random: true));

        // A tagged field that nobody knows, behind the records of a flexible request.
        byte[] frame = FrameOf(topic, Large(3));
        frame = [.. frame[..^1], 1, 77, 2, 0xAB, 0xCD];
        RawConnection raw = await broker.ConnectRawAsync();
        for (int time = 0; time < 3; time++) (await raw.ExchangeAsync(frame)).ShouldNotBeNull();

        broker.Server.ReceivedInPlaceBytes.ShouldBe(0);
        (await connection.EndOffsetAsync(topic)).ShouldBe(1 + 2 + 2 + 1 + 6);
        (await connection.EndOffsetAsync(topic, 1)).ShouldBe(2);
        (await connection.ReadAllAsync(topic)).Count.ShouldBe(12);
    }

    [Fact]
    public async Task The_answer_waits_for_the_device_where_the_topic_says_so()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 1, ("flush.messages", "1"));
        int appendsCount = await UntilInPlaceAsync(broker, () => connection.AppendAsync(topic, Large(0)));
        (await connection.ReadAllAsync(topic)).Count.ShouldBe(2 * appendsCount);
    }

    // On a busy machine a request may arrive in pieces and go through a buffer; not all of them do, so a test goes on until one did not.
    private static bool GoesOn(int count, int least, TestBroker broker) => count < least || (broker.Server.ReceivedInPlaceBytes == 0 && count < 50);

    private static async Task<int> UntilInPlaceAsync(TestBroker broker, Func<Task> append)
    {
        long beforeBytes = broker.Server.ReceivedInPlaceBytes;
        for (int count = 1; count <= 50; count++)
        {
            await append();
            if (broker.Server.ReceivedInPlaceBytes > beforeBytes) return count;
        }
        throw new InvalidOperationException("No request was received in place.");
    }

    private static Task<TestBroker> StartAsync() => TestBroker.StartAsync("log.append=mapped");

    // Two records of bytes that tell which batch they are of.
    private static byte[] Large(int number) => Batches.Of(Value(number, ValueBytes), Value(number + 1000, ValueBytes));

    private static string Value(int number, int length) => string.Create(length, number, static (text, number) =>
    {
        for (int i = 0; i < text.Length; i++) text[i] = (char)('a' + (((i * 31L) + (i >> 8) + number) % 26));
    });

    private static byte[] FrameOf(TestTopic topic, byte[] batch, int correlationId = 1) =>
        RawConnection.Frame(ApiKey.Produce, 9, BrokerCalls.ProduceRequest(topic, -1, (0, new Records(batch))), correlationId);

    private static long BaseOffset(byte[]? answer)
    {
        ProduceResponse response = RawConnection.Read<ProduceResponse>(answer.ShouldNotBeNull(), 9);
        ProduceResponse.PartitionProduceResponse partition = response.Responses.ShouldHaveSingleItem().PartitionResponses.ShouldHaveSingleItem();
        partition.ErrorCode.ShouldBe(ErrorCode.None);
        return partition.BaseOffset;
    }
}
