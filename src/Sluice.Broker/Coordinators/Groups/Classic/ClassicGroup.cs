using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Classic;

/// <summary>A classic group: who is in it, in which generation, with which assignment. What happens to it is <see cref="ClassicGroups"/>' business.</summary>
internal sealed class ClassicGroup : Group
{
    /// <summary>Protocol type of consumers.</summary>
    public const string ConsumerProtocolType = "consumer";

    private readonly Dictionary<string, ClassicMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _memberIdByInstanceId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _supporters = new(StringComparer.Ordinal);

    /// <summary>Makes an empty group.</summary>
    /// <param name="id">Group id.</param>
    /// <param name="nowMs">Unix time.</param>
    public ClassicGroup(string id, long nowMs) : base(id) => StateSinceMs = nowMs;

    /// <inheritdoc/>
    public override GroupType Type => GroupType.Classic;

    /// <summary>Where it stands; set by <see cref="Enter"/>.</summary>
    public ClassicGroupState State { get; private set; }

    /// <summary>Unix time at which it entered its state; -1 = not known, from an old record.</summary>
    public long StateSinceMs { get; private set; }

    /// <summary>How often the members have been through a join together.</summary>
    public int Generation { get; set; }

    /// <summary>Such as <c>consumer</c>; null while nobody ever joined.</summary>
    public string? ProtocolType { get; set; }

    /// <summary>The protocol chosen for this generation; null without members.</summary>
    public string? ProtocolName { get; set; }

    /// <summary>Member that works out assignments; null without members.</summary>
    public string? LeaderId { get; set; }

    /// <summary>The members by id.</summary>
    public IReadOnlyDictionary<string, ClassicMember> Members => _members;

    /// <summary>Ids that were given out and have not come back, with the timers that forget them, oldest first.</summary>
    public OrderedDictionary<string, ShardTimer> PendingIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Members that have not asked for their assignment in this generation.</summary>
    public HashSet<string> PendingSyncIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Ends the wait for members to join.</summary>
    public ShardTimer? JoinTimer { get; set; }

    /// <summary>Ends the wait for members to ask for their assignment.</summary>
    public ShardTimer? SyncTimer { get; set; }

    /// <summary>Whether the group was empty and waits for more members than the first.</summary>
    public bool IsInInitialDelay { get; set; }

    /// <summary>Whether somebody joined since the initial delay was last looked at.</summary>
    public bool HasNewMember { get; set; }

    /// <summary>Whether a record of the group is in the log.</summary>
    public bool IsStored { get; set; }

    /// <summary>Topics of all members' subscriptions; null where one of them could not be read, or nobody reads topics.</summary>
    public HashSet<string>? SubscribedTopics { get; private set; }

    /// <inheritdoc/>
    public override string StateName => State.ToString();

    /// <inheritdoc/>
    public override string ProtocolTypeName => ProtocolType ?? "";

    /// <inheritdoc/>
    public override bool IsEmpty => State is ClassicGroupState.Empty or ClassicGroupState.Dead;

    /// <summary>Whether it only keeps offsets: nobody ever joined.</summary>
    public bool IsSimple => State == ClassicGroupState.Empty && ProtocolType is null && PendingIds.Count == 0;

    /// <summary>Whether its members are consumers.</summary>
    public bool IsConsumers => ProtocolType == ConsumerProtocolType;

    /// <summary>The longest time that any member asked to be waited for.</summary>
    public int RebalanceTimeoutMs => _members.Count == 0 ? 0 : _members.Values.Max(static member => member.RebalanceTimeoutMs);

    /// <summary>Whether every member has joined again and nobody is expected.</summary>
    public bool HaveAllJoined => PendingIds.Count == 0 && _members.Values.All(static member => member.Join is not null);

    /// <inheritdoc/>
    public override OffsetExpiryRule ExpiryRule => State switch
    {
        ClassicGroupState.Empty when ProtocolType is null => new OffsetExpiryRule(OffsetExpiryKind.SinceCommit),
        ClassicGroupState.Empty => new OffsetExpiryRule(OffsetExpiryKind.SinceEmpty, StateSinceMs),
        ClassicGroupState.Stable when IsConsumers && SubscribedTopics is not null => new OffsetExpiryRule(OffsetExpiryKind.SinceCommitUnlessSubscribed),
        _ => default,
    };

    /// <inheritdoc/>
    public override bool IsSubscribedTo(string topic) => IsConsumers && !IsEmpty && (SubscribedTopics is null || SubscribedTopics.Contains(topic));

    /// <inheritdoc/>
    public override ErrorCode CheckCommit(in CommitIdentity identity)
    {
        if (State == ClassicGroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        if (identity.GenerationOrEpoch < 0 && (State == ClassicGroupState.Empty || (identity.IsTransactional && identity.MemberId.Length == 0 && identity.InstanceId is null)))
            return ErrorCode.None;
        if (identity.GenerationOrEpoch < 0 && identity.MemberId.Length == 0 && identity.InstanceId is null) return ErrorCode.UnknownMemberId;
        ErrorCode error = Check(identity.MemberId, identity.InstanceId);
        if (error != ErrorCode.None) return error;
        if (identity.GenerationOrEpoch != Generation) return ErrorCode.IllegalGeneration;
        return State == ClassicGroupState.CompletingRebalance && !identity.IsTransactional ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <inheritdoc/>
    public override void AddTombstones(List<CoordinatorRecord> records)
    {
        if (IsStored) records.Add(CoordinatorRecord.Tombstone(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = Id }));
    }

    /// <inheritdoc/>
    public override void OnRemoved() => State = ClassicGroupState.Dead;

    /// <summary>Goes to another state.</summary>
    public void Enter(ClassicGroupState state, long nowMs)
    {
        State = state;
        StateSinceMs = nowMs;
    }

    /// <summary>The member of a static instance; null if there is none.</summary>
    public ClassicMember? FindStatic(string instanceId) =>
        _memberIdByInstanceId.TryGetValue(instanceId, out string? id) ? _members[id] : null;

    /// <summary>Takes a member in; the first one leads.</summary>
    public void Add(ClassicMember member, string protocolType)
    {
        if (_members.Count == 0) ProtocolType = protocolType;
        LeaderId ??= member.Id;
        _members.Add(member.Id, member);
        if (member.InstanceId is { } instanceId) _memberIdByInstanceId[instanceId] = member.Id;
        Count(member.Protocols, 1);
    }

    /// <summary>Lets a member go; its timers and waiting requests are the caller's business.</summary>
    public void Remove(ClassicMember member)
    {
        _members.Remove(member.Id);
        if (member.InstanceId is { } instanceId && _memberIdByInstanceId.GetValueOrDefault(instanceId) == member.Id) _memberIdByInstanceId.Remove(instanceId);
        PendingSyncIds.Remove(member.Id);
        Count(member.Protocols, -1);
        if (LeaderId == member.Id) LeaderId = _members.Keys.FirstOrDefault();
    }

    /// <summary>Puts a member where another one with the same instance id was, with its assignment and its duties.</summary>
    public ClassicMember ReplaceStatic(ClassicMember old, string newId)
    {
        var member = new ClassicMember(newId, old.InstanceId)
        {
            Client = old.Client,
            RebalanceTimeoutMs = old.RebalanceTimeoutMs,
            SessionTimeoutMs = old.SessionTimeoutMs,
            Protocols = old.Protocols,
            Assignment = old.Assignment,
            IsNew = old.IsNew,
        };
        bool led = LeaderId == old.Id;
        bool wasPendingSync = PendingSyncIds.Contains(old.Id);
        Remove(old);
        Add(member, ProtocolType!);
        if (led) LeaderId = newId;
        if (wasPendingSync) PendingSyncIds.Add(newId);
        return member;
    }

    /// <summary>Changes what a member offers.</summary>
    public void SetProtocols(ClassicMember member, IReadOnlyList<ClassicProtocol> protocols)
    {
        Count(member.Protocols, -1);
        member.Protocols = protocols;
        Count(protocols, 1);
    }

    /// <summary>Whether somebody with these protocols could join: one of them must be known to all members.</summary>
    public bool Supports(string protocolType, IReadOnlyList<ClassicProtocol> protocols)
    {
        if (State == ClassicGroupState.Empty) return protocolType.Length > 0 && protocols.Count > 0;
        return protocolType == ProtocolType && protocols.Any(protocol => IsSupportedByAll(protocol.Name));
    }

    /// <summary>The protocol that all members know and most prefer.</summary>
    public string ChooseProtocol()
    {
        Dictionary<string, int> votes = new(StringComparer.Ordinal);
        foreach (ClassicMember member in _members.Values)
        {
            string vote = member.Protocols.First(protocol => IsSupportedByAll(protocol.Name)).Name;
            votes[vote] = votes.GetValueOrDefault(vote) + 1;
        }
        return votes.MaxBy(static vote => vote.Value).Key;
    }

    /// <summary>Whether the generation that would be made now had the protocol of this one.</summary>
    public bool WouldKeepProtocol() => ProtocolName is not null && ChooseProtocol() == ProtocolName;

    /// <summary>Reads the topics out of the members' subscriptions in the chosen protocol.</summary>
    public void ReadSubscriptions()
    {
        SubscribedTopics = null;
        if (!IsConsumers || ProtocolName is null) return;
        HashSet<string> topics = new(StringComparer.Ordinal);
        foreach (ClassicMember member in _members.Values)
        {
            if (!ConsumerProtocol.TryReadTopics(member.MetadataOf(ProtocolName), topics)) return;
        }
        SubscribedTopics = topics;
    }

    /// <summary>What a request of a member is answered that names it; NONE if it is one.</summary>
    public ErrorCode Check(string memberId, string? instanceId)
    {
        if (instanceId is not null)
        {
            if (!_memberIdByInstanceId.TryGetValue(instanceId, out string? known)) return ErrorCode.UnknownMemberId;
            if (known != memberId) return ErrorCode.FencedInstanceId;
        }
        return _members.ContainsKey(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    private bool IsSupportedByAll(string protocolName) => _supporters.GetValueOrDefault(protocolName) == _members.Count;

    private void Count(IReadOnlyList<ClassicProtocol> protocols, int change)
    {
        // A member that offers a protocol twice counts once.
        foreach (string name in protocols.Select(static protocol => protocol.Name).Distinct(StringComparer.Ordinal))
        {
            int count = _supporters.GetValueOrDefault(name) + change;
            if (count == 0) _supporters.Remove(name);
            else _supporters[name] = count;
        }
    }
}
