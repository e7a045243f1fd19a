using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Share;

/// <summary>One partition of a topic as one share group sees it.</summary>
/// <param name="GroupId">The share group.</param>
/// <param name="TopicId">Id of the topic, not zero.</param>
/// <param name="Partition">Index of the partition, from 0.</param>
internal readonly record struct SharePartitionKey(string GroupId, Uuid TopicId, int Partition)
{
    /// <summary>The key by which its coordinator is found: <c>group:topicId:partition</c>.</summary>
    public override string ToString() => $"{GroupId}:{TopicId}:{Partition}";
}
