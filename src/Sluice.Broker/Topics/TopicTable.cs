using System.Collections.Frozen;
using Sluice.Metadata;
using Sluice.Protocol;

namespace Sluice.Broker.Topics;

/// <summary>
/// Every topic at one moment: immutable, so that a request that looks twice sees the same.
/// </summary>
internal sealed class TopicTable
{
    private readonly FrozenDictionary<string, TopicState> _byName;
    private readonly FrozenDictionary<Uuid, TopicState> _byId;

    public TopicTable(MetadataImage image, IEnumerable<TopicState> topics)
    {
        Image = image;
        _byName = topics.ToFrozenDictionary(static topic => topic.Name, StringComparer.Ordinal);
        _byId = _byName.Values.ToFrozenDictionary(static topic => topic.Id);
    }

    /// <summary>The metadata that the table was made from.</summary>
    public MetadataImage Image { get; }

    /// <summary>All topics, in no order.</summary>
    public IReadOnlyCollection<TopicState> All => _byName.Values;

    public TopicState? Find(string name) => _byName.GetValueOrDefault(name);

    public TopicState? Find(Uuid id) => _byId.GetValueOrDefault(id);

    /// <summary>Finds one partition, or says with which error a client is answered.</summary>
    public ErrorCode Find(string name, int partition, out TopicState? topic, out Partition? found) => Locate(topic = Find(name), ErrorCode.UnknownTopicOrPartition, partition, out found);

    /// <inheritdoc cref="Find(string, int, out TopicState?, out Partition?)"/>
    public ErrorCode Find(Uuid id, int partition, out TopicState? topic, out Partition? found) => Locate(topic = Find(id), ErrorCode.UnknownTopicId, partition, out found);

    private static ErrorCode Locate(TopicState? topic, ErrorCode whenUnknown, int partition, out Partition? found)
    {
        found = null;
        if (topic is null) return whenUnknown;
        if ((uint)partition >= (uint)topic.Partitions.Length) return ErrorCode.UnknownTopicOrPartition;
        found = topic.Partitions[partition];
        return topic.IsOnline(partition) ? ErrorCode.None : ErrorCode.KafkaStorageError;
    }
}
