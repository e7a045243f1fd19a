using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Groups.Consumer;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>A member of a share group as its records tell it. Immutable: what happens to it makes another one.</summary>
/// <param name="Id">Member id, chosen by the client.</param>
internal sealed record ShareMember(string Id)
{
    /// <summary><c>client.rack</c>, or null. Kept for who asks; assignments do not depend on it.</summary>
    public string? RackId { get; init; }

    /// <summary>Client id and address of its last heartbeat that changed something.</summary>
    public GroupClient Client { get; init; } = new("", "");

    /// <summary>Topics that it names, ordered and without repetition.</summary>
    public ImmutableArray<string> TopicNames { get; init; } = [];

    /// <summary>The target assignment that it has; 0 before it has any.</summary>
    public int Epoch { get; init; }

    /// <summary>The epoch before.</summary>
    public int PreviousEpoch { get; init; }

    /// <summary>What it reads from. Others may read from the same partitions.</summary>
    public PartitionSet Assigned { get; init; } = PartitionSet.Empty;

    /// <summary>Whether both have the same attributes and subscription.</summary>
    public bool HasSameMetadata(ShareMember other) => RackId == other.RackId && Client == other.Client && HasSameTopicNames(other);

    /// <summary>Whether both name the same topics.</summary>
    public bool HasSameTopicNames(ShareMember other) => TopicNames.AsSpan().SequenceEqual(other.TopicNames.AsSpan());

    /// <summary>Whether both stand at the same point: epochs and partitions.</summary>
    public bool HasSameAssignment(ShareMember other) => Epoch == other.Epoch && PreviousEpoch == other.PreviousEpoch && Assigned.Equals(other.Assigned);

    /// <summary>The member with other partitions.</summary>
    public ShareMember WithAssignment(int epoch, PartitionSet assigned) =>
        this with { PreviousEpoch = epoch == Epoch ? PreviousEpoch : Epoch, Epoch = epoch, Assigned = assigned };

    /// <summary>What <see cref="TopicNames"/> wants of names in any order.</summary>
    public static ImmutableArray<string> Ordered(IEnumerable<string> names) => ConsumerMember.Ordered(names);
}
