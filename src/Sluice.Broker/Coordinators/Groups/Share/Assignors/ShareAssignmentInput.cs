using Sluice.Broker.Coordinators.Groups.Consumer.Assignors;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Share.Assignors;

/// <summary>What the assignor of share groups works on.</summary>
/// <param name="Members">The members, each id once.</param>
/// <param name="Assignable">Partitions that have state; others are given to nobody.</param>
internal sealed record ShareAssignmentInput(IReadOnlyList<AssignmentMember> Members, PartitionSet Assignable)
{
    /// <summary>Whether all members want the same topics.</summary>
    public bool IsHomogeneous => Members.All(member => ReferenceEquals(member.Topics, Members[0].Topics) || member.Topics.SetEquals(Members[0].Topics));

    /// <summary>The assignable partitions of some topics, topics in the order of their ids, each topic's partitions ascending.</summary>
    public (Uuid Topic, int Partition)[] PartitionsOf(IEnumerable<Uuid> topics) =>
        [.. topics.Order().SelectMany(topic => Assignable.Of(topic).Select(partition => (topic, partition)))];
}
