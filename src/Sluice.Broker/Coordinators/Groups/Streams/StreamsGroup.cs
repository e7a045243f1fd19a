using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>A streams group (KIP-1071), made from its records alone. What happens to it is <see cref="StreamsGroups"/>' business.</summary>
/// <remarks>Members, targets and topology change only in the part of this type that takes records in, whether they were just written or read at a start.</remarks>
internal sealed partial class StreamsGroup(string id) : Group(id)
{
    /// <summary>Value of <see cref="RefreshDeadlineMs"/> while nothing is known that could have changed.</summary>
    public const long NoRefresh = long.MaxValue;

    private readonly Dictionary<string, StreamsMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskSets> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConsumerMemberTimers> _timers = new(StringComparer.Ordinal);
    private TaskHolders? _holders;

    /// <inheritdoc/>
    public override GroupType Type => GroupType.Streams;

    /// <inheritdoc/>
    public override string ProtocolTypeName => "streams";

    /// <inheritdoc/>
    public override bool IsEmpty => _members.Count == 0;

    /// <inheritdoc/>
    public override string StateName
    {
        get
        {
            if (IsEmpty) return "Empty";
            if (Configured is not { IsReady: true }) return "NotReady";
            if (Epoch > TargetEpoch) return "Assigning";
            return _members.Values.All(member => member.State == StreamsMemberState.Stable && member.Epoch == TargetEpoch) ? "Stable" : "Reconciling";
        }
    }

    /// <summary>Grows with every change of members, topology, topics or settings of the assignment; from 1 on, so that the first change makes it 2.</summary>
    public int Epoch { get; private set; } = 1;

    /// <summary>What <see cref="Epoch"/> stands for beside the members.</summary>
    public StreamsEpochBasis Basis { get; private set; } = StreamsEpochBasis.None;

    /// <summary>The group epoch that the target assignment was made for.</summary>
    public int TargetEpoch { get; private set; } = 1;

    /// <summary>Unix time at which the target assignment was made; 0 = not known.</summary>
    public long TargetTimestampMs { get; private set; }

    /// <summary>What the application is made of; null before the first member told.</summary>
    public StreamsTopology? Topology { get; private set; }

    /// <summary>The topology beside the topics, as of the last time that somebody looked; null = nobody has. In no record.</summary>
    public ConfiguredTopology? Configured { get; set; }

    /// <summary>Unix time from which on the next heartbeat looks at the topics anew; <see cref="NoRefresh"/> = not needed.</summary>
    public long RefreshDeadlineMs { get; set; }

    /// <summary>Grows when a member that answers questions is given other tasks. In no record: members that know a later one are told all.</summary>
    public int EndpointEpoch { get; set; }

    /// <summary>The member that asked for the end of the whole application; null if none did. In no record.</summary>
    public string? ShutdownRequestedBy { get; set; }

    /// <summary>Ends the time for which a group that was empty waits for more members.</summary>
    public ShardTimer? InitialDelay { get; set; }

    /// <summary>Whether it was deleted or replaced: whoever still holds it, such as a timer, has nothing to do with it any more.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>The members by id.</summary>
    public IReadOnlyDictionary<string, StreamsMember> Members => _members;

    /// <summary>What each member is to get.</summary>
    public IReadOnlyDictionary<string, TaskSets> Targets => _targets;

    /// <summary>Who has which task.</summary>
    public TaskHolders Holders => _holders ??= new TaskHolders(_members.Values);

    /// <inheritdoc/>
    public override OffsetExpiryRule ExpiryRule => new(OffsetExpiryKind.SinceCommitUnlessSubscribed);

    /// <inheritdoc/>
    public override bool IsSubscribedTo(string topic) => !IsEmpty && Topology is { } topology && topology.Subtopologies.Any(part => part.ReadTopics.Contains(topic));

    /// <inheritdoc/>
    public override ErrorCode CheckCommit(in CommitIdentity identity)
    {
        if (identity.GenerationOrEpoch < 0 && IsEmpty) return ErrorCode.None;
        if (identity is { IsTransactional: true, GenerationOrEpoch: < 0, MemberId.Length: 0, InstanceId: null }) return ErrorCode.None;
        if (!_members.TryGetValue(identity.MemberId, out StreamsMember? member)) return ErrorCode.UnknownMemberId;
        if (!identity.IsTransactional && identity.Version < 9) return ErrorCode.UnsupportedVersion;
        return identity.GenerationOrEpoch > member.Epoch || identity.GenerationOrEpoch < 0 ? Stale(identity.IsTransactional) : ErrorCode.None;
    }

    /// <inheritdoc/>
    public override ErrorCode CheckCommit(in CommitIdentity identity, TopicState topic, int partition)
    {
        // A commit may be overtaken by a heartbeat. It counts if the member has had the task ever since.
        if (!_members.TryGetValue(identity.MemberId, out StreamsMember? member) || identity.GenerationOrEpoch == member.Epoch) return ErrorCode.None;
        int epoch = identity.GenerationOrEpoch;
        bool hasTask = Topology is { } topology && topology.Subtopologies.Any(part =>
            part.ReadTopics.Contains(topic.Name) && member.AssignmentEpochs.TryGetValue(new TaskId(part.Id, partition), out int assignedIn) && epoch >= assignedIn);
        return hasTask ? ErrorCode.None : Stale(identity.IsTransactional);
    }

    /// <inheritdoc/>
    public override ErrorCode CheckFetch(string? memberId, int memberEpoch)
    {
        if (string.IsNullOrEmpty(memberId) && memberEpoch < 0) return ErrorCode.None;
        if (memberId is null || !_members.TryGetValue(memberId, out StreamsMember? member)) return ErrorCode.UnknownMemberId;
        return memberEpoch == member.Epoch ? ErrorCode.None : ErrorCode.StaleMemberEpoch;
    }

    /// <inheritdoc/>
    public override void AddTombstones(List<CoordinatorRecord> records) => StreamsGroupRecords.AddGroupTombstones(this, records);

    /// <inheritdoc/>
    public override void OnRemoved() => IsRemoved = true;

    /// <summary>Timers of a member; made when they are first asked for.</summary>
    public ConsumerMemberTimers TimersOf(string memberId)
    {
        if (!_timers.TryGetValue(memberId, out ConsumerMemberTimers? timers)) _timers.Add(memberId, timers = new());
        return timers;
    }

    /// <summary>Forgets a member's timers.</summary>
    /// <returns>Those that may have to be called off.</returns>
    public IEnumerable<ShardTimer> TakeTimers(string memberId) => _timers.Remove(memberId, out ConsumerMemberTimers? timers) ? timers.All : [];

    private static ErrorCode Stale(bool isTransactional) => isTransactional ? ErrorCode.IllegalGeneration : ErrorCode.StaleMemberEpoch;
}
