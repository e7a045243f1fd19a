using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>A group of any type, as far as offsets, lists and deletion need to know it.</summary>
/// <param name="id">Group id.</param>
internal abstract class Group(string id)
{
    /// <summary>Group id; empty only for a group that an old client keeps offsets in.</summary>
    public string Id { get; } = id;

    /// <summary>Its type.</summary>
    public abstract GroupType Type { get; }

    /// <summary>State as ListGroups and the describing APIs spell it.</summary>
    public abstract string StateName { get; }

    /// <summary>Protocol type as ListGroups tells it.</summary>
    public abstract string ProtocolTypeName { get; }

    /// <summary>Whether it has no members.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>What the group has committed.</summary>
    public GroupOffsets Offsets { get; set; } = new();

    /// <summary>Whether members read <paramref name="topic"/>, so that its offsets are in use.</summary>
    public abstract bool IsSubscribedTo(string topic);

    /// <summary>How the age of the group's offsets is measured now.</summary>
    public abstract OffsetExpiryRule ExpiryRule { get; }

    /// <summary>Whether a commit is accepted.</summary>
    /// <returns>NONE, or what its partitions are answered.</returns>
    public abstract ErrorCode CheckCommit(in CommitIdentity identity);

    /// <summary>Whether a commit that was accepted as a whole is accepted for one partition.</summary>
    public virtual ErrorCode CheckCommit(in CommitIdentity identity, TopicState topic, int partition) => ErrorCode.None;

    /// <summary>Whether somebody may read the group's offsets who says who they are.</summary>
    /// <param name="memberId">Null where the version does not say.</param>
    /// <param name="memberEpoch">Below 0 where the version does not say.</param>
    public virtual ErrorCode CheckFetch(string? memberId, int memberEpoch) => ErrorCode.None;

    /// <summary>Adds what removes the group itself from the log; its offsets are the caller's business.</summary>
    public abstract void AddTombstones(List<CoordinatorRecord> records);

    /// <summary>The group was deleted or replaced: its timers end.</summary>
    public abstract void OnRemoved();
}
