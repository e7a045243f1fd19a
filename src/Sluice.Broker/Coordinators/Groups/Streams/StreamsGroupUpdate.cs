using Sluice.Broker.Coordinators.Runtime;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>What one operation is about to change in a group: the records, and the group as it will be, while the group itself stays as it is.</summary>
/// <param name="group">The group; not changed here.</param>
/// <param name="records">Records that go before the update's own.</param>
internal sealed class StreamsGroupUpdate(StreamsGroup group, List<CoordinatorRecord> records)
{
    // Null stands for what is removed.
    private readonly Dictionary<string, StreamsMember?> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskSets?> _targets = new(StringComparer.Ordinal);

    /// <summary>The group as it is.</summary>
    public StreamsGroup Group => group;

    /// <summary>Everything to write, in order.</summary>
    public List<CoordinatorRecord> Records => records;

    /// <summary>The group's epoch.</summary>
    public int Epoch { get; private set; } = group.Epoch;

    /// <summary>Epoch of the target assignment.</summary>
    public int TargetEpoch { get; private set; } = group.TargetEpoch;

    /// <summary>What the application is made of; null if nobody told yet.</summary>
    public StreamsTopology? Topology { get; private set; } = group.Topology;

    /// <summary>The topology beside the topics; null if nobody looked yet.</summary>
    public ConfiguredTopology? Configured { get; private set; } = group.Configured;

    /// <summary>Whether the topics were looked at, so that nothing older than this update asks for it any more.</summary>
    public bool IsRefreshed { get; private set; }

    /// <summary>Ids that are no members any more.</summary>
    public IEnumerable<string> RemovedIds => _members.Where(static pair => pair.Value is null).Select(static pair => pair.Key);

    /// <summary>The members.</summary>
    public IEnumerable<StreamsMember> Members =>
        group.Members.Values.Where(member => !_members.ContainsKey(member.Id)).Concat(_members.Values.OfType<StreamsMember>());

    /// <summary>A member's target; null if it is in none.</summary>
    public TaskSets? TargetOf(string memberId) => _targets.TryGetValue(memberId, out TaskSets? target) ? target : group.Targets.GetValueOrDefault(memberId);

    /// <summary>Changes a member's attributes, or takes it in.</summary>
    public void SetMetadata(StreamsMember member)
    {
        _members[member.Id] = member;
        records.Add(StreamsGroupRecords.Member(group.Id, member));
    }

    /// <summary>Changes what a member has.</summary>
    public void SetCurrent(StreamsMember member)
    {
        _members[member.Id] = member;
        records.Add(StreamsGroupRecords.Current(group.Id, member));
    }

    /// <summary>Removes a member.</summary>
    public void Remove(string memberId)
    {
        _members[memberId] = null;
        _targets[memberId] = null;
        records.AddRange(StreamsGroupRecords.MemberTombstones(group.Id, memberId));
    }

    /// <summary>Sets what the application is made of.</summary>
    public void SetTopology(StreamsTopology topology)
    {
        Topology = topology;
        records.Add(StreamsGroupRecords.Topology(group.Id, topology));
    }

    /// <summary>Remembers how the topology stands beside the topics of now.</summary>
    public void SetConfigured(ConfiguredTopology configured)
    {
        Configured = configured;
        IsRefreshed = true;
    }

    /// <summary>Sets the group's epoch.</summary>
    public void SetEpoch(int epoch, in StreamsEpochBasis basis)
    {
        Epoch = epoch;
        records.Add(StreamsGroupRecords.Epoch(group.Id, epoch, basis));
    }

    /// <summary>Sets a member's target.</summary>
    public void SetTarget(string memberId, TaskSets target)
    {
        _targets[memberId] = target;
        records.Add(StreamsGroupRecords.Target(group.Id, memberId, target));
    }

    /// <summary>Sets the target assignment's epoch.</summary>
    public void SetTargetEpoch(int epoch, long timestampMs)
    {
        TargetEpoch = epoch;
        records.Add(StreamsGroupRecords.TargetEpoch(group.Id, epoch, timestampMs));
    }
}
