using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>A group of the newer consumer protocol (KIP-848), made from its records alone. What happens to it is <see cref="ConsumerGroups"/>' business.</summary>
/// <remarks>Members and their partitions change only in the part of this type that takes records in, whether they were just written or read at a start.</remarks>
internal sealed partial class ConsumerGroup(string id) : Group(id)
{
    /// <summary>Value of <see cref="RefreshDeadlineMs"/> while nothing is known that could have changed.</summary>
    public const long NoRefresh = long.MaxValue;

    private readonly Dictionary<string, ConsumerMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _memberIdByInstanceId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PartitionSet> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResolvedRegex> _regexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConsumerMemberTimers> _timers = new(StringComparer.Ordinal);
    private HashSet<string>? _subscribedTopics;
    private HashSet<string>? _usedRegexes;

    /// <inheritdoc/>
    public override GroupType Type => GroupType.Consumer;

    /// <inheritdoc/>
    public override string ProtocolTypeName => "consumer";

    /// <inheritdoc/>
    public override bool IsEmpty => _members.Count == 0;

    /// <inheritdoc/>
    public override string StateName
    {
        get
        {
            if (IsEmpty) return "Empty";
            if (Epoch > TargetEpoch) return "Assigning";
            return _members.Values.All(member => member.State == ConsumerMemberState.Stable && member.Epoch == TargetEpoch) ? "Stable" : "Reconciling";
        }
    }

    /// <summary>Grows with every change of members, subscriptions or subscribed topics; from 1 on, so that the first subscription makes it 2.</summary>
    public int Epoch { get; private set; } = 1;

    /// <summary>Over the subscribed topics as of <see cref="Epoch"/>; 0 for none.</summary>
    public long MetadataHash { get; private set; }

    /// <summary>The group epoch that the target assignment was made for.</summary>
    public int TargetEpoch { get; private set; }

    /// <summary>Unix time at which the target assignment was made; 0 = not known.</summary>
    public long TargetTimestampMs { get; private set; }

    /// <summary>Unix time from which on the next heartbeat looks at the topics anew; <see cref="NoRefresh"/> = not needed.</summary>
    public long RefreshDeadlineMs { get; set; }

    /// <summary>Unix time at which patterns were last matched; null = never in this broker's life.</summary>
    public long? ResolutionStartedMs { get; set; }

    /// <summary>Whether patterns are being matched now.</summary>
    public bool IsResolving { get; set; }

    /// <summary>The members by id.</summary>
    public IReadOnlyDictionary<string, ConsumerMember> Members => _members;

    /// <summary>What each member is to get. A static member's target goes with it from id to id.</summary>
    public IReadOnlyDictionary<string, PartitionSet> Targets => _targets;

    /// <summary>What the members' patterns matched.</summary>
    public IReadOnlyDictionary<string, ResolvedRegex> Regexes => _regexes;

    /// <summary>Topics that a member names, or that a member's pattern matched.</summary>
    public IReadOnlySet<string> SubscribedTopics
    {
        get
        {
            if (_subscribedTopics is not null) return _subscribedTopics;
            HashSet<string> topics = new(StringComparer.Ordinal);
            foreach (ConsumerMember member in _members.Values)
            {
                topics.UnionWith(member.TopicNames);
                if (member.Regex is { } regex && _regexes.TryGetValue(regex, out ResolvedRegex? resolved)) topics.UnionWith(resolved.Topics);
            }
            return _subscribedTopics = topics;
        }
    }

    /// <summary>Patterns of the members, whether they are resolved or not.</summary>
    public IReadOnlySet<string> UsedRegexes =>
        _usedRegexes ??= _members.Values.Select(static member => member.Regex).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override OffsetExpiryRule ExpiryRule => new(OffsetExpiryKind.SinceCommitUnlessSubscribed);

    /// <inheritdoc/>
    public override bool IsSubscribedTo(string topic) => SubscribedTopics.Contains(topic);

    /// <summary>The member of a static instance; null if there is none.</summary>
    public ConsumerMember? FindStatic(string instanceId) => _memberIdByInstanceId.TryGetValue(instanceId, out string? memberId) ? _members[memberId] : null;

    /// <summary>Timers of a member; made when they are first asked for.</summary>
    public ConsumerMemberTimers TimersOf(string memberId)
    {
        if (!_timers.TryGetValue(memberId, out ConsumerMemberTimers? timers)) _timers.Add(memberId, timers = new());
        return timers;
    }

    /// <summary>Forgets a member's timers.</summary>
    /// <returns>Those that may have to be called off.</returns>
    public IEnumerable<ShardTimer> TakeTimers(string memberId) => _timers.Remove(memberId, out ConsumerMemberTimers? timers) ? timers.All : [];

    /// <inheritdoc/>
    public override ErrorCode CheckCommit(in CommitIdentity identity)
    {
        if (identity.GenerationOrEpoch < 0 && IsEmpty) return ErrorCode.None;
        if (identity is { IsTransactional: true, GenerationOrEpoch: < 0, MemberId.Length: 0, InstanceId: null }) return ErrorCode.None;
        if (!_members.TryGetValue(identity.MemberId, out ConsumerMember? member)) return ErrorCode.UnknownMemberId;
        if (!identity.IsTransactional && !member.IsClassic && identity.Version < 9) return ErrorCode.UnsupportedVersion;
        return identity.GenerationOrEpoch > member.Epoch || identity.GenerationOrEpoch < 0 ? StaleFor(member, identity.IsTransactional) : ErrorCode.None;
    }

    /// <inheritdoc/>
    public override ErrorCode CheckCommit(in CommitIdentity identity, TopicState topic, int partition)
    {
        // A commit may be overtaken by a heartbeat. It counts if the member has had the partition ever since (KIP-1251).
        if (!_members.TryGetValue(identity.MemberId, out ConsumerMember? member) || identity.GenerationOrEpoch == member.Epoch) return ErrorCode.None;
        return member.AssignmentEpochs.TryGetValue((topic.Id, partition), out int assignedIn) && identity.GenerationOrEpoch >= assignedIn
            ? ErrorCode.None
            : StaleFor(member, identity.IsTransactional);
    }

    /// <inheritdoc/>
    public override ErrorCode CheckFetch(string? memberId, int memberEpoch)
    {
        if (string.IsNullOrEmpty(memberId) && memberEpoch < 0) return ErrorCode.None;
        if (memberId is null || !_members.TryGetValue(memberId, out ConsumerMember? member)) return ErrorCode.UnknownMemberId;
        return memberEpoch == member.Epoch ? ErrorCode.None : StaleFor(member, isTransactional: false);
    }

    /// <inheritdoc/>
    public override void AddTombstones(List<CoordinatorRecord> records) => ConsumerGroupRecords.AddGroupTombstones(this, records);

    /// <inheritdoc/>
    public override void OnRemoved() => IsRemoved = true;

    /// <summary>Whether it was deleted or replaced: whoever still holds it, such as a timer, has nothing to do with it any more.</summary>
    public bool IsRemoved { get; private set; }

    private static ErrorCode StaleFor(ConsumerMember member, bool isTransactional) =>
        member.IsClassic || isTransactional ? ErrorCode.IllegalGeneration : ErrorCode.StaleMemberEpoch;
}
