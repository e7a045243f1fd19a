using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>What one operation is about to change in a share group: the records, and the group as it will be, while the group itself stays as it is.</summary>
/// <param name="group">The group; not changed here.</param>
internal sealed class ShareGroupUpdate(ShareGroup group)
{
    // Null stands for what is removed.
    private readonly Dictionary<string, ShareMember?> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PartitionSet?> _targets = new(StringComparer.Ordinal);

    /// <summary>The group as it is.</summary>
    public ShareGroup Group => group;

    /// <summary>Everything to write, in order.</summary>
    public List<CoordinatorRecord> Records { get; } = [];

    /// <summary>The group's epoch.</summary>
    public int Epoch { get; private set; } = group.Epoch;

    /// <summary>Epoch of the target assignment.</summary>
    public int TargetEpoch { get; private set; } = group.TargetEpoch;

    /// <summary>Whether the subscribed topics were looked at, so that nothing older than this update asks for it any more.</summary>
    public bool IsRefreshed { get; set; }

    /// <summary>Ids that are no members any more.</summary>
    public IEnumerable<string> RemovedIds => _members.Where(static pair => pair.Value is null).Select(static pair => pair.Key);

    /// <summary>The members.</summary>
    public IEnumerable<ShareMember> Members =>
        group.Members.Values.Where(member => !_members.ContainsKey(member.Id)).Concat(_members.Values.OfType<ShareMember>());

    /// <summary>A member's target; null if it is in none.</summary>
    public PartitionSet? TargetOf(string memberId) => _targets.TryGetValue(memberId, out PartitionSet? target) ? target : group.Targets.GetValueOrDefault(memberId);

    /// <summary>Names of the topics that any member wants.</summary>
    public HashSet<string> SubscribedTopics() => Members.SelectMany(static member => member.TopicNames).ToHashSet(StringComparer.Ordinal);

    /// <summary>Changes a member's attributes, or takes it in.</summary>
    public void SetMetadata(ShareMember member)
    {
        _members[member.Id] = member;
        Records.Add(ShareGroupRecords.Member(group.Id, member));
    }

    /// <summary>Changes what a member has.</summary>
    public void SetCurrent(ShareMember member)
    {
        _members[member.Id] = member;
        Records.Add(ShareGroupRecords.Current(group.Id, member));
    }

    /// <summary>Removes a member.</summary>
    public void Remove(string memberId)
    {
        _members[memberId] = null;
        _targets[memberId] = null;
        Records.AddRange(ShareGroupRecords.MemberTombstones(group.Id, memberId));
    }

    /// <summary>Sets the group's epoch.</summary>
    public void SetEpoch(int epoch, long metadataHash)
    {
        Epoch = epoch;
        Records.Add(ShareGroupRecords.Epoch(group.Id, epoch, metadataHash));
    }

    /// <summary>Sets a member's target.</summary>
    public void SetTarget(string memberId, PartitionSet target)
    {
        _targets[memberId] = target;
        Records.Add(ShareGroupRecords.Target(group.Id, memberId, target));
    }

    /// <summary>Sets the target assignment's epoch.</summary>
    public void SetTargetEpoch(int epoch, long timestampMs)
    {
        TargetEpoch = epoch;
        Records.Add(ShareGroupRecords.TargetEpoch(group.Id, epoch, timestampMs));
    }

    /// <summary>Sets which partitions have state.</summary>
    public void SetState(ShareStateParts state, TopicTable topics) => Records.Add(ShareGroupRecords.State(group.Id, state, topics));
}
