using Sluice.Differential.Wire;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential;

// What a scenario needs before its first question. None of it is compared; all of it must succeed.
internal sealed partial class Session
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);

    private int _markersCount;

    /// <summary>Makes a topic and waits until each of its partitions serves: Kafka may refuse a new topic for some milliseconds.</summary>
    public async Task<Topic> Topic(string name = "t", int partitionsCount = 1, params (string Name, string Value)[] configs)
    {
        CreateTopicsRequest.CreatableTopic asked = new() { Name = Name(name), NumPartitions = partitionsCount, ReplicationFactor = 1 };
        foreach ((string key, string value) in configs) asked.Configs.Add(new() { Name = key, Value = value });
        CreateTopicsResponse created = await Ask(new CreateTopicsRequest { Topics = { asked }, TimeoutMs = 30_000 }, version: 7);
        if (created.Topics[0].ErrorCode != ErrorCode.None)
            throw new InvalidOperationException($"{Peer.Name} did not create {asked.Name}: {created.Topics[0].ErrorCode} {created.Topics[0].ErrorMessage}");
        Topic topic = new(asked.Name, created.Topics[0].TopicId, partitionsCount);
        Peer.Know(topic.Id, topic.Name);
        await WaitUntilReady(topic);
        return topic;
    }

    /// <summary>Waits until the peer tells of the topic and each of its partitions serves.</summary>
    public Task WaitUntilReady(Topic topic) => WaitUntil($"{topic.Name} is ready", async () =>
    {
        MetadataResponse metadata = await Ask(
            new MetadataRequest { Topics = new() { new() { Name = topic.Name } }, AllowAutoTopicCreation = false }, version: 12);
        MetadataResponse.MetadataResponseTopic known = metadata.Topics[0];
        if (known.ErrorCode != ErrorCode.None || known.TopicId != topic.Id || known.Partitions.Count != topic.PartitionsCount) return false;
        if (known.Partitions.Any(static partition => partition.ErrorCode != ErrorCode.None)) return false;

        ListOffsetsRequest.ListOffsetsTopic asked = new() { Name = topic.Name };
        for (int i = 0; i < topic.PartitionsCount; i++) asked.Partitions.Add(new() { PartitionIndex = i, Timestamp = -1 });
        ListOffsetsResponse offsets = await Ask(new ListOffsetsRequest { ReplicaId = -1, Topics = { asked } }, version: 7);
        return offsets.Topics[0].Partitions.All(static partition => partition.ErrorCode == ErrorCode.None);
    });

    /// <summary>Waits until the topic is no longer told of.</summary>
    public Task WaitUntilGone(string topic) => WaitUntil($"{topic} is gone", async () =>
    {
        MetadataResponse metadata = await Ask(
            new MetadataRequest { Topics = new() { new() { Name = topic } }, AllowAutoTopicCreation = false }, version: 12);
        return metadata.Topics[0].ErrorCode == ErrorCode.UnknownTopicOrPartition;
    });

    /// <summary>
    /// Waits until changes of metadata that were answered have reached all of the peer. Kafka takes them over later than it answers, but in order:
    /// a topic made now is seen after they are.
    /// </summary>
    public async Task WaitUntilChangesAreSeen()
    {
        await Topic($"marker-{++_markersCount}");
        // The topic is told of a moment before the settings of the same change are applied.
        await Task.Delay(50);
    }

    public async Task Delete(Topic topic)
    {
        DeleteTopicsResponse deleted = await Ask(
            new DeleteTopicsRequest { Topics = { new() { Name = topic.Name } }, TimeoutMs = 30_000 }, version: 6);
        if (deleted.Responses[0].ErrorCode != ErrorCode.None) throw new InvalidOperationException($"{topic.Name} was not deleted.");
        await WaitUntilGone(topic.Name);
    }

    /// <summary>Appends a batch, which must be accepted.</summary>
    /// <returns>Offset of its first record.</returns>
    public async Task<long> Append(Topic topic, ReadOnlyMemory<byte> batch, int partition = 0)
    {
        ProduceResponse response = await Ask(
            new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 10_000,
                TopicData = { new() { Name = topic.Name, TopicId = topic.Id, PartitionData = { new() { Index = partition, Records = new Records(batch) } } } },
            },
            version: 9);
        ProduceResponse.PartitionProduceResponse answer = response.Responses[0].PartitionResponses[0];
        if (answer.ErrorCode != ErrorCode.None) throw new InvalidOperationException($"{Peer.Name} refused a batch for {topic.Name}: {answer.ErrorCode} {answer.ErrorMessage}");
        return answer.BaseOffset;
    }

    /// <summary>Raises the topic's log start offset.</summary>
    public Task DeleteRecordsBelow(Topic topic, long offset, int partition = 0) => Ask(
        new DeleteRecordsRequest
        {
            Topics = { new() { Name = topic.Name, Partitions = { new() { PartitionIndex = partition, Offset = offset } } } },
            TimeoutMs = 10_000,
        },
        version: 2);

    /// <summary>Sends a request on a connection of its own and returns the answer, which is not compared.</summary>
    public async Task<TResponse> Ask<TResponse>(IRequest<TResponse> request, short version)
        where TResponse : class, IResponse, new()
    {
        using WireConnection connection = await WireConnection.OpenAsync(Peer.Port);
        return await Ask(connection, request, version);
    }

    private async Task<TResponse> Ask<TResponse>(WireConnection connection, IRequest<TResponse> request, short version)
        where TResponse : class, IResponse, new()
    {
        ApiDescription api = RequestFrames.ApiOf(request);
        await connection.SendFrameAsync(RequestFrames.Frame(api, version, correlationId: 1, RequestFrames.Body(request, version)));
        Answer answer = await connection.ReceiveAsync(Patience);
        if (answer.Kind != AnswerKind.Frame) throw new InvalidOperationException($"{Peer.Name} gave no answer to {api.Name} version {version}: {answer.Kind}.");
        MessageReader reader = new(answer.Frame);
        new ResponseHeader().Read(ref reader, api.ResponseHeaderVersion(version));
        TResponse response = new();
        response.Read(ref reader, version);
        return response;
    }

    /// <summary>Asks again and again until <paramref name="reached"/> says so.</summary>
    public Task WaitUntil(string what, Func<Task<bool>> reached) => WaitUntil(() => what, reached);

    /// <summary>The same, if what is waited for is best told by how far it has come.</summary>
    public async Task WaitUntil(Func<string> what, Func<Task<bool>> reached)
    {
        long deadline = Environment.TickCount64 + (long)ReadyPatience.TotalMilliseconds;
        while (!await reached())
        {
            if (Environment.TickCount64 > deadline) throw new InvalidOperationException($"{Peer.Name}: waited in vain until {what()}.");
            await Task.Delay(10);
        }
    }
}
