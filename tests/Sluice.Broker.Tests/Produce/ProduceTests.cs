using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Produce;

public class ProduceTests
{
    public static TheoryData<short> Versions() => [.. Enumerable.Range(3, 11).Select(static version => (short)version)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_version_stores_and_answers(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "before");

        ProduceResponse.PartitionProduceResponse answer = await connection.ProduceAsync(topic, Batches.Of("a", "b"), version: version);
        answer.ErrorCode.ShouldBe(ErrorCode.None);
        answer.BaseOffset.ShouldBe(1);
        answer.LogAppendTimeMs.ShouldBe(-1);
        answer.LogStartOffset.ShouldBe(version >= 5 ? 0 : -1);
        answer.RecordErrors.Count.ShouldBe(0);
        answer.ErrorMessage.ShouldBeNull();
        (await connection.ReadAllAsync(topic)).ShouldBe(["before", "a", "b"]);
    }

    [Theory]
    [InlineData((short)1)]
    [InlineData((short)-1)]
    public async Task Leader_and_all_acknowledge_alike(short acks)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        (await connection.ProduceAsync(topic, Batches.Of("a"), acks: acks)).BaseOffset.ShouldBe(0);
    }

    [Theory]
    [InlineData((short)2)]
    [InlineData((short)-2)]
    public async Task Acks_that_do_not_exist_are_refused(short acks)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        (await connection.ProduceAsync(topic, Batches.Of("a"), acks: acks)).ErrorCode.ShouldBe(ErrorCode.InvalidRequiredAcks);
        (await connection.EndOffsetAsync(topic)).ShouldBe(0);
    }

    [Fact]
    public async Task Without_acknowledgement_nothing_is_answered_and_the_next_request_is()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.SendOneWayAsync(ApiKey.Produce, BrokerCalls.ProduceRequest(topic, acks: 0, (0, new Records(Batches.Of("a")))));
        // Had the broker answered, this connection would have taken it for a protocol error.
        (await connection.EndOffsetAsync(topic)).ShouldBe(1);
        connection.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_acknowledgement_a_failure_closes_the_connection_and_what_was_sound_is_stored()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        RawConnection raw = await broker.ConnectRawAsync();
        ProduceRequest request = BrokerCalls.ProduceRequest(topic, acks: 0, (7, new Records(Batches.Of("lost"))), (0, new Records(Batches.Of("a"))));

        (await raw.ExchangeAsync(RawConnection.Frame(ApiKey.Produce, 9, request))).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.UnacknowledgedFailure);
        (await connection.ReadAllAsync(topic)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Null_records_are_an_invalid_record()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        ProduceResponse response = await connection.SendAsync(BrokerCalls.ProduceRequest(topic, acks: -1, (0, Records.Null)));
        ProduceResponse.PartitionProduceResponse answer = response.Responses.ShouldHaveSingleItem().PartitionResponses.ShouldHaveSingleItem();
        ((short)answer.ErrorCode).ShouldBe((short)87);
        answer.ErrorMessage.ShouldNotBeNull();
    }

    [Fact]
    public async Task Records_that_are_no_batch_are_refused_and_the_log_stays_as_it_was()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "kept");
        byte[] sound = Batches.Of("a", "b", "c");
        for (int length = 0; length < sound.Length; length++)
            (await connection.ProduceAsync(topic, sound[..length])).ErrorCode.ShouldBeOneOf(ErrorCode.InvalidRecord, ErrorCode.CorruptMessage);
        (await connection.ProduceAsync(topic, [.. sound, .. sound])).ErrorCode.ShouldBe(ErrorCode.InvalidRecord);
        (await connection.ReadAllAsync(topic)).ShouldBe(["kept"]);
    }

    [Fact]
    public async Task A_batch_whose_bytes_do_not_match_its_checksum_is_corrupt_and_the_log_stays_as_it_was()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "kept");
        byte[] sound = Batches.Of("a", "b");
        for (int index = RecordBatchFormat.CrcPosition; index < sound.Length; index++)
        {
            byte[] corrupt = [.. sound];
            corrupt[index] ^= 0x40;
            (await connection.ProduceAsync(topic, corrupt)).ErrorCode.ShouldBe(ErrorCode.CorruptMessage, $"byte {index}");
        }
        (await connection.EndOffsetAsync(topic)).ShouldBe(1);
        (await connection.ReadAllAsync(topic)).ShouldBe(["kept"]);
    }

    [Fact]
    public async Task A_batch_above_the_topics_limit_is_too_large_and_its_compressed_size_counts()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("small", 1, ("max.message.bytes", "1000"));
        byte[] exact = Batches.OfSize(1000 - Batches.OfSize(900).Length + 900);
        exact.Length.ShouldBe(1000);

        (await connection.ProduceAsync(topic, exact)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ProduceAsync(topic, Batches.OfSize(1000))).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        (await connection.ProduceAsync(topic, Batches.OfSize(100_000, CompressionType.Zstd))).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ProduceAsync(topic, Batches.OfSize(100_000, CompressionType.Zstd, random: true))).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        (await connection.EndOffsetAsync(topic)).ShouldBe(2);
    }

    [Fact]
    public async Task A_small_batch_that_would_decompress_to_a_huge_one_is_too_large()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("bombs");
        byte[] bomb = Batches.OfSize(130 << 20, CompressionType.Zstd);
        bomb.Length.ShouldBeLessThan(100_000);
        (await connection.ProduceAsync(topic, bomb)).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        (await connection.EndOffsetAsync(topic)).ShouldBe(0);
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task A_compressed_batch_comes_back_as_it_was_sent(CompressionType compression)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "first");
        byte[] batch = Batches.Compressed(compression, "a", "b", "c");
        await connection.AppendAsync(topic, batch);

        FetchResponse.PartitionData data = await connection.FetchAsync(topic, 1);
        Batches.Read(data.Records).Select(static record => (record.Offset, record.Value)).ShouldBe([(1L, "a"), (2L, "b"), (3L, "c")]);
        data.Records.Bytes[RecordBatchFormat.CrcPosition..].ToArray().ShouldBe(batch[RecordBatchFormat.CrcPosition..]);
    }

    [Fact]
    public async Task Zstandard_needs_version_7()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        byte[] batch = Batches.Compressed(CompressionType.Zstd, "a");
        (await connection.ProduceAsync(topic, batch, version: 6)).ErrorCode.ShouldBe(ErrorCode.UnsupportedCompressionType);
        (await connection.ProduceAsync(topic, batch, version: 7)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_topic_with_a_codec_of_its_own_recompresses()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("packed", 1, ("compression.type", "zstd"));
        await connection.AppendAsync(topic, Batches.Compressed(CompressionType.Gzip, "a", "b"));
        await connection.AppendAsync(topic, "c");

        FetchResponse.PartitionData data = await connection.FetchAsync(topic, 0);
        Batches.Values(data.Records).ShouldBe(["a", "b", "c"]);
        new RecordBatchView(data.Records.Bytes.Span).CompressionType.ShouldBe(CompressionType.Zstd);
    }

    [Fact]
    public async Task Internal_topics_are_not_for_clients()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("__consumer_offsets");
        (await connection.ProduceAsync(topic, Batches.Of("a"))).ErrorCode.ShouldBe(ErrorCode.InvalidTopicException);
        (await connection.EndOffsetAsync(topic)).ShouldBe(0);

        KafkaConnection admin = await broker.ConnectAsync(clientId: "__admin_client");
        (await admin.ProduceAsync(topic, Batches.Of("a"))).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task Partitions_that_fail_do_not_stop_the_others()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 4);
        byte[] corrupt = Batches.Of("corrupt");
        corrupt[^1] ^= 1;
        ProduceRequest request = BrokerCalls.ProduceRequest(
            topic, acks: -1, (0, new Records(Batches.Of("a"))), (1, new Records(corrupt)), (9, new Records(Batches.Of("x"))), (2, Records.Null), (3, new Records(Batches.Of("b"))));
        ProduceRequest.TopicProduceData unknown = request.TopicData.Add();
        unknown.Name = "unknown";
        unknown.TopicId = Uuid.NewRandom();
        ProduceRequest.PartitionProduceData unknownPartition = unknown.PartitionData.Add();
        unknownPartition.Records = new Records(Batches.Of("y"));

        ProduceResponse response = await connection.SendAsync(request);
        response.Responses.Count.ShouldBe(2);
        response.Responses[0].PartitionResponses.Select(static partition => (partition.Index, partition.ErrorCode)).ShouldBe(
        [
            (0, ErrorCode.None), (1, ErrorCode.CorruptMessage), (9, ErrorCode.UnknownTopicOrPartition), (2, ErrorCode.InvalidRecord), (3, ErrorCode.None),
        ]);
        response.Responses[1].PartitionResponses.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
        (await connection.ReadAllAsync(topic, 0)).ShouldBe(["a"]);
        (await connection.ReadAllAsync(topic, 3)).ShouldBe(["b"]);
        (await connection.EndOffsetAsync(topic, 1)).ShouldBe(0);
    }

    [Theory]
    [InlineData((short)12, ErrorCode.UnknownTopicOrPartition)]
    [InlineData((short)13, ErrorCode.UnknownTopicId)]
    public async Task An_unknown_topic_is_told_by_name_or_by_id(short version, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic unknown = new("unknown", Uuid.NewRandom());
        ProduceResponse.PartitionProduceResponse answer = await connection.ProduceAsync(unknown, Batches.Of("a"), version: version);
        answer.ErrorCode.ShouldBe(error);
        answer.BaseOffset.ShouldBe(-1);
        broker.Server.TopicCount.ShouldBe(0, "producing makes no topics");
    }

    [Fact]
    public async Task Log_append_time_is_answered_and_stored()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("stamped", 1, ("message.timestamp.type", "LogAppendTime"));
        broker.Time.Advance(TimeSpan.FromMinutes(5));

        (await connection.ProduceAsync(topic, Batches.Of("a", "b"))).LogAppendTimeMs.ShouldBe(broker.NowMs);
        FetchResponse.PartitionData data = await connection.FetchAsync(topic, 0);
        Batches.Read(data.Records).ShouldAllBe(record => record.TimestampMs == broker.NowMs);
    }

    [Fact]
    public async Task Timestamps_far_in_the_future_are_refused_record_by_record()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        long hourMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;
        ProduceResponse.PartitionProduceResponse answer = await connection.ProduceAsync(topic, Batches.At(broker.NowMs + hourMs, "exactly an hour", "too late"));
        answer.ErrorCode.ShouldBe(ErrorCode.InvalidTimestamp);
        answer.RecordErrors.ShouldHaveSingleItem().BatchIndex.ShouldBe(1);
        (await connection.EndOffsetAsync(topic)).ShouldBe(0);
    }

    [Theory]
    [InlineData((short)7)]
    [InlineData((short)8)]
    [InlineData((short)13)]
    public async Task Records_without_key_are_named_where_the_topic_is_compacted(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("compacted", 1, ("cleanup.policy", "compact"));
        byte[] batch = Batches.Keyed(("k", "a"), (null, "b"), ("k", null), (null, "c"));
        ProduceResponse.PartitionProduceResponse answer = await connection.ProduceAsync(topic, batch, version: version);

        answer.ErrorCode.ShouldBe(ErrorCode.InvalidRecord);
        answer.RecordErrors.Select(static error => error.BatchIndex).ShouldBe(version >= 8 ? [1, 3] : []);
        answer.RecordErrors.ShouldAllBe(static error => error.BatchIndexErrorMessage!.Contains("key", StringComparison.Ordinal));
        (await connection.ProduceAsync(topic, Batches.Keyed(("k", "a"), ("k", null)), version: version)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.EndOffsetAsync(topic)).ShouldBe(2);
    }

    [Fact]
    public async Task Control_batches_are_not_for_clients()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        RecordBatchBuilder builder = new() { IsControl = true, ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0 };
        builder.Append(TestBroker.StartMs, new byte[4], new byte[6]);
        (await connection.ProduceAsync(topic, builder.Build().ToArray())).ErrorCode.ShouldBe(ErrorCode.InvalidRecord);
    }

    [Fact]
    public async Task A_topic_that_flushes_every_message_answers_after_the_flush()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("durable", 2, ("flush.messages", "1"));
        ProduceRequest request = BrokerCalls.ProduceRequest(topic, acks: -1, (0, new Records(Batches.Of("a"))), (1, new Records(Batches.Of("b"))));
        ProduceResponse response = await connection.SendAsync(request);
        response.Responses[0].PartitionResponses.ShouldAllBe(static partition => partition.ErrorCode == ErrorCode.None && partition.BaseOffset == 0);
    }

    [Fact]
    public async Task Requests_on_one_connection_are_answered_in_their_order()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        RawConnection raw = await broker.ConnectRawAsync();
        List<byte> together = [];
        for (int i = 0; i < 50; i++)
        {
            ProduceRequest request = BrokerCalls.ProduceRequest(topic, acks: -1, (0, new Records(Batches.Of($"value {i}"))));
            together.AddRange(RawConnection.WithSize(RawConnection.Frame(ApiKey.Produce, 13, request, correlationId: i)));
        }
        await raw.SendAsync(together.ToArray());

        for (int i = 0; i < 50; i++)
        {
            byte[] answer = (await raw.ReceiveAsync()).ShouldNotBeNull();
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(answer).ShouldBe(i);
            RawConnection.Read<ProduceResponse>(answer, 13).Responses[0].PartitionResponses[0].BaseOffset.ShouldBe(i);
        }
    }

    [Fact]
    public async Task A_waiting_fetch_holds_back_the_requests_behind_it_on_its_connection_only()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchRequest waits = BrokerCalls.FetchRequest(topic, (0, 0));
        waits.MaxWaitMs = 1_000_000;
        RawConnection raw = await broker.ConnectRawAsync();
        await raw.SendFrameAsync(RawConnection.Frame(ApiKey.Fetch, 13, waits, correlationId: 1));
        await raw.SendFrameAsync(RawConnection.Frame(ApiKey.DescribeCluster, 0, new DescribeClusterRequest(), correlationId: 2));
        Task<byte[]?> first = raw.ReceiveAsync();
        await broker.UntilParkedAsync();

        await connection.SendAsync(new DescribeClusterRequest());
        first.IsCompleted.ShouldBeFalse();
        await connection.AppendAsync(topic, "a");
        Batches.Values(RawConnection.Read<FetchResponse>((await first).ShouldNotBeNull(), 13).Single().Records).ShouldBe(["a"]);
        RawConnection.Read<DescribeClusterResponse>((await raw.ReceiveAsync()).ShouldNotBeNull(), 0).ErrorCode.ShouldBe(ErrorCode.None);
    }
}
