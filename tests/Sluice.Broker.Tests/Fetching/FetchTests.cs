using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;
using Sluice.Transfer;

namespace Sluice.Broker.Tests.Fetching;

public class FetchTests
{
    public static TheoryData<short> Versions() => [.. Enumerable.Range(4, 15).Select(static version => (short)version)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_version_brings_the_records(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a", "b");
        await connection.AppendAsync(topic, "c");

        FetchResponse response = await connection.SendAsync(BrokerCalls.FetchRequest(topic, (0, 2)), version);
        FetchResponse.FetchableTopicResponse answer = response.Responses.ShouldHaveSingleItem();
        answer.Topic.ShouldBe(version >= 13 ? "" : topic.Name);
        answer.TopicId.ShouldBe(version >= 13 ? topic.Id : Uuid.Zero);
        FetchResponse.PartitionData data = answer.Partitions.ShouldHaveSingleItem();
        data.ErrorCode.ShouldBe(ErrorCode.None);
        data.HighWatermark.ShouldBe(3);
        data.LastStableOffset.ShouldBe(3);
        data.LogStartOffset.ShouldBe(version >= 5 ? 0 : -1);
        data.PreferredReadReplica.ShouldBe(-1);
        data.AbortedTransactions.ShouldBeNull();
        Batches.Read(data.Records).ShouldHaveSingleItem().ShouldBe(new StoredRecord(2, TestBroker.StartMs, null, "c"));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task At_the_end_there_is_nothing_and_that_is_no_error(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchResponse.PartitionData data = await connection.FetchAsync(topic, 0, version: version);
        data.ErrorCode.ShouldBe(ErrorCode.None);
        data.Records.IsNull.ShouldBeFalse();
        data.Records.SizeBytes.ShouldBe(0);
    }

    [Fact]
    public async Task From_the_middle_of_a_batch_the_whole_batch_comes()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a", "b", "c");
        await connection.AppendAsync(topic, "d", "e", "f");
        Batches.Values((await connection.FetchAsync(topic, 4)).Records).ShouldBe(["d", "e", "f"]);
        Batches.Values((await connection.FetchAsync(topic, 2)).Records).ShouldBe(["a", "b", "c", "d", "e", "f"]);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(2L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task Outside_the_log_is_out_of_range(long offset)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        FetchResponse.PartitionData data = await connection.FetchAsync(topic, offset);
        data.ErrorCode.ShouldBe(ErrorCode.OffsetOutOfRange);
        (data.HighWatermark, data.LogStartOffset).ShouldBe((-1L, -1L));
    }

    [Fact]
    public async Task Below_the_log_start_is_out_of_range()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a", "b", "c");
        (await connection.DeleteRecordsAsync(topic, 2)).LowWatermark.ShouldBe(2);
        (await connection.FetchAsync(topic, 1)).ErrorCode.ShouldBe(ErrorCode.OffsetOutOfRange);
        (await connection.FetchAsync(topic, 2)).LogStartOffset.ShouldBe(2);
    }

    [Fact]
    public async Task Limits_count_whole_batches_and_the_first_comes_in_any_case()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        int batchBytes = Batches.OfSize(1000).Length;
        for (int i = 0; i < 10; i++)
        {
            await connection.AppendAsync(topic, Batches.OfSize(1000), partition: 0);
            await connection.AppendAsync(topic, Batches.OfSize(1000), partition: 1);
        }

        (await CountAsync(batchBytes * 3 - 1, int.MaxValue)).ShouldBe([2, 0], "the request's limit");
        (await CountAsync(batchBytes * 3, int.MaxValue)).ShouldBe([3, 0]);
        (await CountAsync(int.MaxValue, batchBytes * 2)).ShouldBe([2, 2], "each partition's limit");
        (await CountAsync(batchBytes * 3, batchBytes * 2)).ShouldBe([2, 1], "what the first left");
        (await CountAsync(1, int.MaxValue)).ShouldBe([1, 0], "the first batch whole, and only that");
        (await CountAsync(0, 0)).ShouldBe([1, 0]);
        (await CountAsync(int.MaxValue, 1)).ShouldBe([1, 0], "the second partition's first batch is not the request's first");
        (await CountAsync(-1, -1)).ShouldBe([1, 0]);

        async Task<int[]> CountAsync(int maxBytes, int partitionMaxBytes)
        {
            FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0), (1, 0));
            request.MaxBytes = maxBytes;
            foreach (FetchRequest.FetchPartition partition in request.Topics[0].Partitions) partition.PartitionMaxBytes = partitionMaxBytes;
            FetchResponse response = await connection.SendAsync(request);
            return [.. response.Responses[0].Partitions.Select(static partition => Batches.BaseOffsets(partition.Records).Count)];
        }
    }

    [Fact]
    public async Task The_brokers_own_limit_is_above_the_clients()
    {
        await using TestBroker broker = await TestBroker.StartAsync("fetch.max.bytes=2500");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        for (int i = 0; i < 5; i++) await connection.AppendAsync(topic, Batches.OfSize(1000));
        Batches.BaseOffsets((await connection.FetchAsync(topic, 0)).Records).ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Several_topics_and_partitions_are_answered_each_for_itself()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic first = await connection.CreateTopicAsync("first", 2);
        TestTopic second = await connection.CreateTopicAsync("second");
        await connection.AppendAsync(first, Batches.Of("a"), partition: 1);
        await connection.AppendAsync(second, "b");

        FetchRequest request = BrokerCalls.FetchRequest(first, (1, 0), (5, 0), (0, 3));
        request.Ask(new TestTopic("unknown", Uuid.NewRandom()), (0, 0));
        request.Ask(second, (0, 0));
        FetchResponse response = await connection.SendAsync(request);
        response.Responses.Count.ShouldBe(3);
        response.Responses[0].Partitions.Select(static partition => (partition.PartitionIndex, partition.ErrorCode)).ShouldBe(
            [(1, ErrorCode.None), (5, ErrorCode.UnknownTopicOrPartition), (0, ErrorCode.OffsetOutOfRange)]);
        Batches.Values(response.Responses[0].Partitions[0].Records).ShouldBe(["a"]);
        response.Responses[1].Partitions.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
        Batches.Values(response.Responses[2].Partitions.ShouldHaveSingleItem().Records).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Read_committed_tells_of_aborted_transactions_even_if_there_are_none()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        request.IsolationLevel = 1;
        FetchResponse.PartitionData data = (await connection.SendAsync(request)).Single();
        data.AbortedTransactions.ShouldNotBeNull().Count.ShouldBe(0);
        Batches.Values(data.Records).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData(-1, ErrorCode.None)]
    [InlineData(-2, ErrorCode.None)]
    [InlineData(0, ErrorCode.None)]
    [InlineData(1, ErrorCode.UnknownLeaderEpoch)]
    [InlineData(int.MaxValue, ErrorCode.UnknownLeaderEpoch)]
    public async Task A_leader_epoch_that_is_not_the_present_one_is_refused(int leaderEpoch, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        request.Topics[0].Partitions[0].CurrentLeaderEpoch = leaderEpoch;
        (await connection.SendAsync(request)).Single().ErrorCode.ShouldBe(error);
    }

    [Fact]
    public async Task A_topic_made_again_has_another_id_and_the_old_one_is_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic old = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(old, "old");
        (await connection.DeleteTopicAsync("events")).ShouldBe(ErrorCode.None);
        (await connection.FetchAsync(old, 0)).ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
        (await connection.FetchAsync(old, 0, version: 12)).ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);

        TestTopic again = await connection.CreateTopicAsync("events");
        again.Id.ShouldNotBe(old.Id);
        (await connection.FetchAsync(old, 0)).ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
        (await connection.ProduceAsync(old, Batches.Of("lost"))).ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
        (await connection.FetchAsync(again, 0)).HighWatermark.ShouldBe(0);
        (await connection.AppendAsync(again, "new")).ShouldBe(0);
    }

    [Fact]
    public async Task What_reached_the_disk_is_byte_for_byte_what_is_fetched()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        for (int i = 0; i < 20; i++) await connection.AppendAsync(topic, Batches.Compressed((CompressionType)(i % 5), $"a{i}", $"b{i}"));
        byte[] file = await File.ReadAllBytesAsync(
            Path.Combine(broker.DataDirectory, "events-0", "00000000000000000000.log"), TestContext.Current.CancellationToken);
        (await connection.FetchAsync(topic, 0)).Records.Bytes.ToArray().ShouldBe(file);
    }

    [Fact]
    public async Task Thirty_two_megabytes_of_records_are_sent_without_being_copied()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("sendfile is measured on Linux");
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("large");
        byte[] batch = Batches.OfSize(1_000_000, random: true);
        for (int i = 0; i < 32; i++) await connection.AppendAsync(topic, batch);
        TransferCounters before = broker.Server.Transferred;

        long receivedBytes = 0;
        for (long offset = 0; offset < 32;)
        {
            FetchRequest request = BrokerCalls.FetchRequest(topic, (0, offset));
            request.MaxBytes = 8 << 20;
            FetchResponse.PartitionData data = (await connection.SendAsync(request)).Single();
            List<long> offsets = Batches.BaseOffsets(data.Records);
            offsets[0].ShouldBe(offset);
            offset = offsets[^1] + 1;
            receivedBytes += data.Records.SizeBytes;
        }

        TransferCounters after = broker.Server.Transferred;
        receivedBytes.ShouldBe(32L * batch.Length);
        (after.SendFileBytes - before.SendFileBytes).ShouldBe(receivedBytes);
        after.CopyBytes.ShouldBe(before.CopyBytes);
    }

    [Fact]
    public async Task The_last_stable_offset_is_never_above_the_high_watermark_while_appends_go_on()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection producer = await broker.ConnectAsync();
        TestTopic topic = await producer.CreateTopicAsync("events");
        Task producing = Task.Run(async () =>
        {
            for (int i = 0; i < 1500; i++) await producer.AppendAsync(topic, "a");
        });
        Task[] consuming = [.. Enumerable.Range(0, 2).Select(isolation => ConsumeAsync((sbyte)isolation))];
        await Task.WhenAll([producing, .. consuming]);

        async Task ConsumeAsync(sbyte isolation)
        {
            KafkaConnection consumer = await broker.ConnectAsync();
            long offset = 0;
            long highWatermark = 0;
            while (offset < 1500)
            {
                FetchRequest request = BrokerCalls.FetchRequest(topic, (0, offset));
                request.IsolationLevel = isolation;
                FetchResponse.PartitionData data = (await consumer.SendAsync(request)).Single();
                data.ErrorCode.ShouldBe(ErrorCode.None);
                data.LastStableOffset.ShouldBeLessThanOrEqualTo(data.HighWatermark);
                data.HighWatermark.ShouldBeGreaterThanOrEqualTo(highWatermark);
                highWatermark = data.HighWatermark;
                foreach (StoredRecord record in Batches.Read(data.Records))
                {
                    record.Offset.ShouldBe(offset++);
                    record.Offset.ShouldBeLessThan(highWatermark);
                }
            }
        }
    }
}
