using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Support;

/// <summary>The requests that most tests make, in one line each.</summary>
internal static class BrokerCalls
{
    public static async Task<CreateTopicsResponse.CreatableTopicResult> TryCreateTopicAsync(
        this KafkaConnection connection, string name, int partitions = 1, bool validateOnly = false, params (string Name, string? Value)[] configs)
    {
        CreateTopicsRequest request = new() { ValidateOnly = validateOnly };
        CreateTopicsRequest.CreatableTopic topic = request.Topics.Add();
        topic.Name = name;
        topic.NumPartitions = partitions;
        topic.ReplicationFactor = -1;
        foreach ((string key, string? value) in configs)
        {
            CreateTopicsRequest.CreatableTopicConfig config = topic.Configs.Add();
            config.Name = key;
            config.Value = value;
        }
        return (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem();
    }

    public static async Task<TestTopic> CreateTopicAsync(
        this KafkaConnection connection, string name, int partitions = 1, params (string Name, string? Value)[] configs)
    {
        CreateTopicsResponse.CreatableTopicResult result = await connection.TryCreateTopicAsync(name, partitions, validateOnly: false, configs);
        result.ErrorCode.ShouldBe(ErrorCode.None, result.ErrorMessage);
        return new TestTopic(name, result.TopicId);
    }

    public static async Task<ErrorCode> DeleteTopicAsync(this KafkaConnection connection, string name)
    {
        DeleteTopicsRequest request = new();
        request.Topics.Add().Name = name;
        return (await connection.SendAsync(request)).Responses.ShouldHaveSingleItem().ErrorCode;
    }

    /// <summary>A Produce request for some partitions of one topic.</summary>
    public static ProduceRequest ProduceRequest(TestTopic topic, short acks, params (int Partition, Records Records)[] partitions)
    {
        ProduceRequest request = new() { Acks = acks, TimeoutMs = 1000 };
        ProduceRequest.TopicProduceData data = request.TopicData.Add();
        data.Name = topic.Name;
        data.TopicId = topic.Id;
        foreach ((int index, Records records) in partitions)
        {
            ProduceRequest.PartitionProduceData partition = data.PartitionData.Add();
            partition.Index = index;
            partition.Records = records;
        }
        return request;
    }

    public static async Task<ProduceResponse.PartitionProduceResponse> ProduceAsync(
        this KafkaConnection connection, TestTopic topic, byte[] batch, int partition = 0, short acks = -1, short? version = null)
    {
        ProduceResponse response = await connection.SendAsync(ProduceRequest(topic, acks, (partition, new Records(batch))), version);
        return response.Responses.ShouldHaveSingleItem().PartitionResponses.ShouldHaveSingleItem();
    }

    /// <summary>Produces one batch that must be taken.</summary>
    /// <returns>Its base offset.</returns>
    public static async Task<long> AppendAsync(this KafkaConnection connection, TestTopic topic, params string[] values) =>
        await connection.AppendAsync(topic, Batches.Of(values));

    /// <inheritdoc cref="AppendAsync(KafkaConnection, TestTopic, string[])"/>
    public static async Task<long> AppendAsync(this KafkaConnection connection, TestTopic topic, byte[] batch, int partition = 0)
    {
        ProduceResponse.PartitionProduceResponse answer = await connection.ProduceAsync(topic, batch, partition);
        answer.ErrorCode.ShouldBe(ErrorCode.None, answer.ErrorMessage);
        return answer.BaseOffset;
    }

    /// <summary>A Fetch request without session that does not wait.</summary>
    public static FetchRequest FetchRequest(TestTopic topic, params (int Partition, long Offset)[] partitions)
    {
        FetchRequest request = new() { MaxWaitMs = 0, MinBytes = 1, MaxBytes = int.MaxValue };
        request.Ask(topic, partitions);
        return request;
    }

    /// <summary>Adds partitions to a request.</summary>
    public static void Ask(this FetchRequest request, TestTopic topic, params (int Partition, long Offset)[] partitions)
    {
        FetchRequest.FetchTopic asked = request.Topics.Add();
        asked.Topic = topic.Name;
        asked.TopicId = topic.Id;
        foreach ((int index, long offset) in partitions)
        {
            FetchRequest.FetchPartition partition = asked.Partitions.Add();
            partition.Partition = index;
            partition.FetchOffset = offset;
            partition.PartitionMaxBytes = int.MaxValue;
        }
    }

    /// <summary>Fetches one partition without waiting.</summary>
    public static async Task<FetchResponse.PartitionData> FetchAsync(
        this KafkaConnection connection, TestTopic topic, long offset, int partition = 0, short? version = null) =>
        (await connection.SendAsync(FetchRequest(topic, (partition, offset)), version)).Single();

    /// <summary>The one partition of an answer.</summary>
    public static FetchResponse.PartitionData Single(this FetchResponse response)
    {
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return response.Responses.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();
    }

    /// <summary>Every value in a partition, by as many fetches as it takes.</summary>
    public static async Task<List<string?>> ReadAllAsync(this KafkaConnection connection, TestTopic topic, int partition = 0)
    {
        List<string?> values = [];
        long offset = await connection.OffsetAsync(topic, -2, partition);
        while (true)
        {
            FetchResponse.PartitionData data = await connection.FetchAsync(topic, offset, partition);
            data.ErrorCode.ShouldBe(ErrorCode.None);
            List<StoredRecord> records = [.. Batches.Read(data.Records).Where(record => record.Offset >= offset)];
            if (records.Count == 0) return values;
            values.AddRange(records.Select(static record => record.Value));
            offset = records[^1].Offset + 1;
        }
    }

    /// <summary>A ListOffsets request for one partition.</summary>
    public static ListOffsetsRequest ListOffsetsRequest(TestTopic topic, long timestamp, int partition = 0)
    {
        ListOffsetsRequest request = new() { ReplicaId = -1 };
        ListOffsetsRequest.ListOffsetsTopic asked = request.Topics.Add();
        asked.Name = topic.Name;
        ListOffsetsRequest.ListOffsetsPartition askedPartition = asked.Partitions.Add();
        askedPartition.PartitionIndex = partition;
        askedPartition.Timestamp = timestamp;
        return request;
    }

    /// <summary>Looks an offset up by timestamp.</summary>
    public static async Task<ListOffsetsResponse.ListOffsetsPartitionResponse> ListOffsetsAsync(
        this KafkaConnection connection, TestTopic topic, long timestamp, int partition = 0, short? version = null) =>
        (await connection.SendAsync(ListOffsetsRequest(topic, timestamp, partition), version))
            .Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();

    /// <summary>The offset for a timestamp, -1 for the end, -2 for the beginning.</summary>
    public static async Task<long> OffsetAsync(this KafkaConnection connection, TestTopic topic, long timestamp, int partition = 0)
    {
        ListOffsetsResponse.ListOffsetsPartitionResponse answer = await connection.ListOffsetsAsync(topic, timestamp, partition);
        answer.ErrorCode.ShouldBe(ErrorCode.None);
        return answer.Offset;
    }

    public static Task<long> EndOffsetAsync(this KafkaConnection connection, TestTopic topic, int partition = 0) => connection.OffsetAsync(topic, -1, partition);

    /// <summary>Raises the log start offset.</summary>
    public static async Task<DeleteRecordsResponse.DeleteRecordsPartitionResult> DeleteRecordsAsync(
        this KafkaConnection connection, TestTopic topic, long offset, int partition = 0)
    {
        DeleteRecordsRequest request = new();
        DeleteRecordsRequest.DeleteRecordsTopic asked = request.Topics.Add();
        asked.Name = topic.Name;
        DeleteRecordsRequest.DeleteRecordsPartition askedPartition = asked.Partitions.Add();
        askedPartition.PartitionIndex = partition;
        askedPartition.Offset = offset;
        return (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();
    }
}
