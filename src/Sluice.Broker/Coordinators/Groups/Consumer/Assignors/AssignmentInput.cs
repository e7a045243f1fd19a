using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer.Assignors;

/// <summary>What an assignor works on.</summary>
/// <param name="Members">The members, each id once.</param>
/// <param name="PartitionCounts">For every topic that a member wants.</param>
internal sealed record AssignmentInput(IReadOnlyList<AssignmentMember> Members, IReadOnlyDictionary<Uuid, int> PartitionCounts)
{
    /// <summary>Whether all members want the same topics.</summary>
    public bool IsHomogeneous => Members.All(member => ReferenceEquals(member.Topics, Members[0].Topics) || member.Topics.SetEquals(Members[0].Topics));

    /// <summary>The partitions of some topics, topics in the order of their ids, each topic's partitions ascending.</summary>
    public IEnumerable<(Uuid Topic, int Partition)> PartitionsOf(IEnumerable<Uuid> topics) =>
        topics.Order().SelectMany(topic => Enumerable.Range(0, PartitionCounts[topic]).Select(partition => (topic, partition)));
}
