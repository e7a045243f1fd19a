using Sluice.Broker.Coordinators.Runtime;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>What one operation is about to change in a group: the records, and the group as it will be, while the group itself stays as it is.</summary>
/// <param name="group">The group; not changed here.</param>
/// <param name="records">Records that go before the update's own.</param>
internal sealed class ConsumerGroupUpdate(ConsumerGroup group, List<CoordinatorRecord> records)
{
    // Null stands for what is removed.
    private readonly Dictionary<string, ConsumerMember?> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PartitionSet?> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResolvedRegex?> _regexes = new(StringComparer.Ordinal);

    /// <summary>The group as it is.</summary>
    public ConsumerGroup Group => group;

    /// <summary>Everything to write, in order.</summary>
    public List<CoordinatorRecord> Records => records;

    /// <summary>The group's epoch.</summary>
    public int Epoch { get; private set; } = group.Epoch;

    /// <summary>Epoch of the target assignment.</summary>
    public int TargetEpoch { get; private set; } = group.TargetEpoch;

    /// <summary>Whether the subscribed topics were looked at, so that nothing older than this update asks for it any more.</summary>
    public bool IsRefreshed { get; set; }

    /// <summary>Ids that are no members any more.</summary>
    public IEnumerable<string> RemovedIds => _members.Where(static pair => pair.Value is null).Select(static pair => pair.Key);

    /// <summary>The members.</summary>
    public IEnumerable<ConsumerMember> Members
    {
        get
        {
            foreach (ConsumerMember member in group.Members.Values)
            {
                if (!_members.ContainsKey(member.Id)) yield return member;
            }
            foreach (ConsumerMember? changed in _members.Values)
            {
                if (changed is not null) yield return changed;
            }
        }
    }

    /// <summary>Patterns with their topics.</summary>
    public IEnumerable<string> Regexes => group.Regexes.Keys.Where(regex => !_regexes.ContainsKey(regex)).Concat(_regexes.Where(static pair => pair.Value is not null).Select(static pair => pair.Key));

    /// <summary>Whether there is a member of this id.</summary>
    public bool HasMember(string memberId) => _members.TryGetValue(memberId, out ConsumerMember? changed) ? changed is not null : group.Members.ContainsKey(memberId);

    /// <summary>What a pattern matched; null if that is not known.</summary>
    public ResolvedRegex? RegexOf(string regex) => _regexes.TryGetValue(regex, out ResolvedRegex? resolved) ? resolved : group.Regexes.GetValueOrDefault(regex);

    /// <summary>A member's target; null if it is in none.</summary>
    public PartitionSet? TargetOf(string memberId) => _targets.TryGetValue(memberId, out PartitionSet? target) ? target : group.Targets.GetValueOrDefault(memberId);

    /// <summary>Names of the topics that a member wants.</summary>
    public HashSet<string> TopicsOf(ConsumerMember member)
    {
        HashSet<string> topics = new(member.TopicNames, StringComparer.Ordinal);
        if (member.Regex is { } regex && RegexOf(regex) is { } resolved) topics.UnionWith(resolved.Topics);
        return topics;
    }

    /// <summary>Names of the topics that any member wants.</summary>
    public HashSet<string> SubscribedTopics()
    {
        HashSet<string> topics = new(StringComparer.Ordinal);
        foreach (ConsumerMember member in Members)
        {
            topics.UnionWith(member.TopicNames);
            if (member.Regex is { } regex && RegexOf(regex) is { } resolved) topics.UnionWith(resolved.Topics);
        }
        return topics;
    }

    /// <summary>Changes a member's attributes, or takes it in.</summary>
    public void SetMetadata(ConsumerMember member)
    {
        _members[member.Id] = member;
        records.Add(ConsumerGroupRecords.Member(group.Id, member));
    }

    /// <summary>Changes what a member has.</summary>
    public void SetCurrent(ConsumerMember member)
    {
        _members[member.Id] = member;
        records.Add(ConsumerGroupRecords.Current(group.Id, member));
    }

    /// <summary>Puts a static member under a new id into the old one's place, with all that it had.</summary>
    public void Replace(ConsumerMember old, ConsumerMember member)
    {
        PartitionSet target = TargetOf(old.Id) ?? PartitionSet.Empty;
        Remove(old.Id);
        SetMetadata(member);
        SetTarget(member.Id, target);
        SetCurrent(member);
    }

    /// <summary>Removes a member.</summary>
    public void Remove(string memberId)
    {
        _members[memberId] = null;
        _targets[memberId] = null;
        records.AddRange(ConsumerGroupRecords.MemberTombstones(group.Id, memberId));
    }

    /// <summary>Sets the group's epoch.</summary>
    public void SetEpoch(int epoch, long metadataHash)
    {
        Epoch = epoch;
        records.Add(ConsumerGroupRecords.Epoch(group.Id, epoch, metadataHash));
    }

    /// <summary>Sets a member's target.</summary>
    public void SetTarget(string memberId, PartitionSet target)
    {
        _targets[memberId] = target;
        records.Add(ConsumerGroupRecords.Target(group.Id, memberId, target));
    }

    /// <summary>Sets the target assignment's epoch.</summary>
    public void SetTargetEpoch(int epoch, long timestampMs)
    {
        TargetEpoch = epoch;
        records.Add(ConsumerGroupRecords.TargetEpoch(group.Id, epoch, timestampMs));
    }

    /// <summary>Remembers what a pattern matched.</summary>
    public void SetRegex(string regex, ResolvedRegex resolved)
    {
        _regexes[regex] = resolved;
        records.Add(ConsumerGroupRecords.Regex(group.Id, regex, resolved));
    }

    /// <summary>Forgets what patterns matched that no member uses any more.</summary>
    public void RemoveUnusedRegexes()
    {
        if (group.Regexes.Count == 0) return;
        HashSet<string> used = [.. Members.Select(static member => member.Regex).OfType<string>()];
        foreach (string regex in Regexes.Where(regex => !used.Contains(regex)).ToArray())
        {
            _regexes[regex] = null;
            records.Add(ConsumerGroupRecords.RegexTombstone(group.Id, regex));
        }
    }
}
