using Sluice.Protocol.Messages;

namespace Sluice.Client.Producing;

/// <summary>The batches of one request to one broker; at most one per partition.</summary>
internal sealed class ProduceDispatch(int brokerId)
{
    internal int BrokerId { get; } = brokerId;

    internal List<(ProducerPartition Partition, ProducerBatch Batch)> Batches { get; } = [];

    /// <summary>Bytes of the batches before compression.</summary>
    internal long SizeBytes { get; private set; }

    internal void Add(ProducerPartition partition, ProducerBatch batch, int sizeBytes)
    {
        Batches.Add((partition, batch));
        SizeBytes += sizeBytes;
    }

    /// <summary>The request. Topics are named both ways, by name and by id: each version writes the one that it has.</summary>
    internal ProduceRequest ToRequest(Acks acks, TimeSpan timeout, Func<string, TopicMetadata?> findTopic)
    {
        var request = new ProduceRequest { Acks = (short)acks, TimeoutMs = (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue) };
        foreach (IGrouping<string, (ProducerPartition Partition, ProducerBatch Batch)> group in Batches.GroupBy(pair => pair.Partition.Topic))
        {
            ProduceRequest.TopicProduceData topic = request.TopicData.Add();
            topic.Name = group.Key;
            topic.TopicId = findTopic(group.Key)?.Id ?? default;
            foreach ((ProducerPartition partition, ProducerBatch batch) in group)
            {
                ProduceRequest.PartitionProduceData data = topic.PartitionData.Add();
                data.Index = partition.Index;
                data.Records = new Records(batch.Bytes);
            }
        }

        return request;
    }
}
