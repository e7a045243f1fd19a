using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>One shard of the group coordinator: the groups whose ids belong to one partition of <c>__consumer_offsets</c>.</summary>
/// <remarks>A state machine without I/O of its own: requests and timers come in as operations, records go out to <see cref="ICoordinatorLog"/>.</remarks>
internal sealed partial class GroupShard : ICoordinatorState
{
    private readonly GroupShardContext _context;
    private readonly GroupReplay _replay;
    private readonly ShardTimer _cleaning;

    /// <summary>Makes an empty shard.</summary>
    public GroupShard(GroupShardContext context)
    {
        _context = context;
        Classic = new ClassicGroups(context);
        Offsets = new GroupOffsetOperations(context);
        _replay = new GroupReplay(context, Classic);
        Consumer = new ConsumerGroups(context, Classic, _replay);
        Share = new ShareGroups(context, _replay);
        Streams = new StreamsGroups(context, _replay);
        _cleaning = new ShardTimer(CleanUp);
    }

    /// <summary>The classic protocol.</summary>
    public ClassicGroups Classic { get; }

    /// <summary>The newer consumer protocol.</summary>
    public ConsumerGroups Consumer { get; }

    /// <summary>Share groups.</summary>
    public ShareGroups Share { get; }

    /// <summary>Streams groups.</summary>
    public StreamsGroups Streams { get; }

    /// <summary>Committed offsets.</summary>
    public GroupOffsetOperations Offsets { get; }

    /// <summary>The groups by id.</summary>
    public IReadOnlyDictionary<string, Group> Groups => _context.Groups;

    /// <inheritdoc/>
    public void Replay(in ReplayedRecord record)
    {
        if (record.RecordType is LegacyOffsetCommitKey.RecordType or OffsetCommitKey.RecordType) Offsets.Replay(record);
        else if (GroupReplay.TryRead(record) is { } known) _replay.Apply(known);
        else BrokerLog.CoordinatorRecordUnknown(_context.Logger, "__consumer_offsets", record.RecordType, record.Offset);
    }

    /// <inheritdoc/>
    public void ReplayEndOfTransaction(long producerId, bool isCommit) => Offsets.EndTransaction(producerId, isCommit);

    /// <summary>Ends a transaction: the offsets committed in it count from now on, or are dropped.</summary>
    /// <returns>NONE, or what the log says against it.</returns>
    public ErrorCode EndTransaction(in TransactionMarker marker)
    {
        ErrorCode error = _context.Log.AppendMarker(marker);
        if (error == ErrorCode.None) Offsets.EndTransaction(marker.ProducerId, marker.IsCommit);
        return error;
    }

    /// <inheritdoc/>
    public void OnLoaded()
    {
        foreach (Group group in _context.Groups.Values.ToArray())
        {
            if (group is ClassicGroup classic) Classic.OnLoaded(classic);
            else if (group is ConsumerGroup consumer) Consumer.OnLoaded(consumer);
            else if (group is ShareGroup share) Share.OnLoaded(share);
            else if (group is StreamsGroup streams) Streams.OnLoaded(streams);
        }
        _context.Timers.Schedule(_cleaning, _context.Settings.OffsetsRetentionCheckIntervalMs);
    }

    /// <inheritdoc/>
    public void OnUnloaded()
    {
        foreach (Group group in _context.Groups.Values)
        {
            if (group is ClassicGroup classic) ClassicGroups.OnUnloaded(classic);
        }
    }

    /// <summary>ListGroups: the groups of this shard that pass both filters.</summary>
    public void List(ListGroupsRequest request, ListGroupsResponse response)
    {
        foreach (Group group in Groups.Values)
        {
            if (!IsStateAsked(request.StatesFilter, group.StateName) || !IsAsked(request.TypesFilter, group.Type.ToString())) continue;
            ListGroupsResponse.ListedGroup entry = response.Groups.Add();
            entry.GroupId = group.Id;
            entry.ProtocolType = group.ProtocolTypeName;
            entry.GroupState = group.StateName;
            entry.GroupType = TypeName(group.Type);
        }
    }

    /// <summary>DescribeGroups for one group.</summary>
    public void Describe(string groupId, short version, DescribeGroupsResponse.DescribedGroup response)
    {
        response.GroupId = groupId;
        if (Groups.GetValueOrDefault(groupId) is ClassicGroup group)
        {
            Describe(group, response);
            return;
        }
        response.GroupState = nameof(ClassicGroupState.Dead);
        if (version < 6) return;
        response.ErrorCode = ErrorCode.GroupIdNotFound;
        response.ErrorMessage = Groups.ContainsKey(groupId) ? $"Group {groupId} is not a classic group." : $"Group {groupId} not found.";
    }

    /// <summary>DeleteGroups for one group; a share group's state must be gone before.</summary>
    /// <returns>NONE if it is gone with all its offsets.</returns>
    public ErrorCode Delete(string groupId)
    {
        if (Groups.GetValueOrDefault(groupId) is not { } group) return ErrorCode.GroupIdNotFound;
        if (!group.IsEmpty || group is ShareGroup { HasState: true }) return ErrorCode.NonEmptyGroup;
        ErrorCode error = Offsets.RemoveAll(group);
        return error == ErrorCode.None ? Remove(group) : error;
    }

    /// <summary>Topics were made, deleted or given more partitions.</summary>
    /// <param name="deleted">Those that are no more; one of the same name may have taken their place.</param>
    /// <param name="changed">All of them, each name once.</param>
    /// <param name="madeInVersion">Version of the metadata in which the last topic was made; null if none was.</param>
    public void OnTopicsChanged(IReadOnlyList<string> deleted, IReadOnlyCollection<string> changed, long? madeInVersion)
    {
        if (deleted.Count > 0) Offsets.OnTopicsDeleted(deleted);
        Consumer.OnTopicsChanged(changed, madeInVersion);
        Share.OnTopicsChanged(changed);
        Streams.OnTopicsChanged(changed);
    }

    /// <summary>A type as the protocol spells it.</summary>
    public static string TypeName(GroupType type) => type switch
    {
        GroupType.Consumer => "consumer",
        GroupType.Share => "share",
        GroupType.Streams => "streams",
        _ => "classic",
    };

    private static void Describe(ClassicGroup group, DescribeGroupsResponse.DescribedGroup response)
    {
        bool isStable = group.State == ClassicGroupState.Stable;
        response.GroupState = group.StateName;
        response.ProtocolType = group.ProtocolTypeName;
        response.ProtocolData = isStable ? group.ProtocolName ?? "" : "";
        foreach (ClassicMember member in group.Members.Values)
        {
            DescribeGroupsResponse.DescribedGroupMember entry = response.Members.Add();
            entry.MemberId = member.Id;
            entry.GroupInstanceId = member.InstanceId;
            entry.ClientId = member.Client.Id;
            entry.ClientHost = member.Client.Host;
            entry.MemberAssignment = member.Assignment;
            if (isStable) entry.MemberMetadata = member.MetadataOf(group.ProtocolName);
        }
    }

    // NotReady is spelled in two ways by those who ask.
    private static bool IsStateAsked(List<string> filter, string state) => IsAsked(filter, state) || (state == "NotReady" && IsAsked(filter, "not_ready"));

    private static bool IsAsked(List<string> filter, string value) => filter.Count == 0 || filter.Exists(each => each.Equals(value, StringComparison.OrdinalIgnoreCase));

    // Every offsets.retention.check.interval.ms: offsets that are too old, then groups that nothing is left of. Share groups keep no offsets here.
    private void CleanUp()
    {
        Offsets.RemoveExpired();
        foreach (Group group in Groups.Values.Where(static group => group is { IsEmpty: true, Offsets.IsEmpty: true } and not (ShareGroup or ClassicGroup { PendingIds.Count: > 0 })).ToArray())
        {
            ErrorCode error = Remove(group);
            if (error != ErrorCode.None) BrokerLog.GroupNotStored(_context.Logger, group.Id, error);
        }
        _context.Timers.Schedule(_cleaning, _context.Settings.OffsetsRetentionCheckIntervalMs);
    }

    private ErrorCode Remove(Group group)
    {
        List<CoordinatorRecord> records = [];
        group.AddTombstones(records);
        if (records.Count > 0 && _context.Log.Append(records) is { IsDone: false, Error: var error }) return error;
        group.OnRemoved();
        _context.Groups.Remove(group.Id);
        return ErrorCode.None;
    }
}
