using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>A share group (KIP-932), made from its records alone. What happens to it is <see cref="ShareGroups"/>' business.</summary>
/// <remarks>Members, targets and the partitions with state change only in the part of this type that takes records in, whether they were just written or read at a start.</remarks>
internal sealed partial class ShareGroup(string id) : Group(id)
{
    /// <summary>Value of <see cref="RefreshDeadlineMs"/> while nothing is known that could have changed.</summary>
    public const long NoRefresh = long.MaxValue;

    private readonly Dictionary<string, ShareMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PartitionSet> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ShardTimer> _sessions = new(StringComparer.Ordinal);
    private HashSet<string>? _subscribedTopics;
    private PartitionSet? _targeted;

    /// <inheritdoc/>
    public override GroupType Type => GroupType.Share;

    /// <inheritdoc/>
    public override string ProtocolTypeName => "share";

    /// <inheritdoc/>
    public override bool IsEmpty => _members.Count == 0;

    /// <inheritdoc/>
    public override string StateName => IsEmpty ? "Empty" : "Stable";

    /// <summary>Grows with every change of members, subscriptions, subscribed topics, or partitions that may be assigned; from 1 on.</summary>
    public int Epoch { get; private set; } = 1;

    /// <summary>Over the subscribed topics as of <see cref="Epoch"/>; 0 for none.</summary>
    public long MetadataHash { get; private set; }

    /// <summary>The group epoch that the target assignment was made for.</summary>
    public int TargetEpoch { get; private set; } = 1;

    /// <summary>Unix time at which the target assignment was made; 0 = not known.</summary>
    public long TargetTimestampMs { get; private set; }

    /// <summary>Unix time from which on the next heartbeat looks at the topics anew; <see cref="NoRefresh"/> = not needed.</summary>
    public long RefreshDeadlineMs { get; set; } = NoRefresh;

    /// <summary>The members by id.</summary>
    public IReadOnlyDictionary<string, ShareMember> Members => _members;

    /// <summary>What each member is to read from.</summary>
    public IReadOnlyDictionary<string, PartitionSet> Targets => _targets;

    /// <summary>Of which partitions there is state.</summary>
    public ShareStateParts State { get; private set; } = ShareStateParts.None;

    /// <summary>Whether any partition has state, or is about to have it or lose it.</summary>
    public bool HasState => !State.Initializing.IsEmpty || !State.Initialized.IsEmpty || !State.Deleting.IsEmpty;

    /// <summary>Unix time at which state was last ordered for a partition that has none yet. In no record: a restarted broker orders anew.</summary>
    public Dictionary<(Uuid Topic, int Partition), long> OrderedMs { get; } = [];

    /// <summary>Tries again to delete state that could not be deleted.</summary>
    public ShardTimer? DeletionRetry { get; set; }

    /// <summary>Topics that a member names.</summary>
    public IReadOnlySet<string> SubscribedTopics =>
        _subscribedTopics ??= _members.Values.SelectMany(static member => member.TopicNames).ToHashSet(StringComparer.Ordinal);

    /// <summary>Partitions that are in some member's target.</summary>
    public PartitionSet Targeted => _targeted ??= PartitionSet.From(_targets.Values.SelectMany(static target => target.All));

    /// <inheritdoc/>
    /// <remarks>It has no offsets; a share group stays until it is deleted.</remarks>
    public override OffsetExpiryRule ExpiryRule => new(OffsetExpiryKind.None);

    /// <summary>Whether it was deleted or replaced: whoever still holds it, such as a timer, has nothing to do with it any more.</summary>
    public bool IsRemoved { get; private set; }

    /// <inheritdoc/>
    public override bool IsSubscribedTo(string topic) => SubscribedTopics.Contains(topic);

    /// <inheritdoc/>
    public override ErrorCode CheckCommit(in CommitIdentity identity) => ErrorCode.GroupIdNotFound;

    /// <inheritdoc/>
    public override void AddTombstones(List<CoordinatorRecord> records) => ShareGroupRecords.AddGroupTombstones(this, records);

    /// <inheritdoc/>
    public override void OnRemoved() => IsRemoved = true;

    /// <summary>The timer of a member's session; null before its first.</summary>
    public ShardTimer? SessionOf(string memberId) => _sessions.GetValueOrDefault(memberId);

    /// <summary>Remembers the timer of a member's session.</summary>
    public void SetSession(string memberId, ShardTimer timer) => _sessions[memberId] = timer;

    /// <summary>Forgets the timer of a member's session.</summary>
    /// <returns>The timer; null if there was none.</returns>
    public ShardTimer? TakeSession(string memberId) => _sessions.Remove(memberId, out ShardTimer? timer) ? timer : null;
}
