using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Streams;

// StreamsGroupHeartbeat: joining, staying, leaving and being told.
internal sealed partial class StreamsGroups
{
    /// <summary>StreamsGroupHeartbeat.</summary>
    /// <param name="request">Has passed <see cref="StreamsHeartbeatRules"/>.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="response">Filled.</param>
    /// <returns>Topics that the application misses: to be made by whoever asks, with the client's permission.</returns>
    public ImmutableArray<NewTopic> Heartbeat(StreamsGroupHeartbeatRequest request, GroupClient client, StreamsGroupHeartbeatResponse response)
    {
        ImmutableArray<NewTopic> missing = [];
        Refusal? refusal = !_settings.IsServed ? new Refusal(ErrorCode.UnsupportedVersion, "The streams group protocol is switched off.")
            : request.MemberEpoch < 0 ? Leave(request, response)
            : Continue(request, client, response, out missing);
        if (refusal is null) return missing;
        response.Reset();
        response.ErrorCode = refusal.Error;
        response.ErrorMessage = refusal.Message;
        return [];
    }

    private Refusal? Continue(StreamsGroupHeartbeatRequest request, GroupClient client, StreamsGroupHeartbeatResponse response, out ImmutableArray<NewTopic> missing)
    {
        missing = [];
        if (Open(request.GroupId, mayCreate: request.MemberEpoch == 0, out StreamsGroupUpdate? update) is { } noGroup) return noGroup;
        StreamsGroup group = update!.Group;
        StreamsMember? known = group.Members.GetValueOrDefault(request.MemberId);
        if (known is null && group.Members.Count >= _settings.MembersMax) return new Refusal(ErrorCode.GroupMaxSizeReached, $"Group {group.Id} has {_settings.MembersMax} members already.");
        if (known is null && request.MemberEpoch > 0) return Unknown(group, request.MemberId);
        TaskSets? owned = OwnedBy(request);
        if (known is not null && CheckEpoch(known, request.MemberEpoch, owned) is { } fenced) return fenced;
        StreamsMember before = known ?? new StreamsMember(request.MemberId);
        bool isDelayed = IsDelayed(group, out int delayMs);
        if (Change(update, known, Merge(before, request, client), request.Topology, owned, isDelayed, out StreamsMember? after) is { } refused) return refused;
        ErrorCode error = Store(update);
        if (error != ErrorCode.None) return NotStored(error);

        bool isNew = group != shard.Groups[group.Id];
        group = (StreamsGroup)shard.Groups[group.Id];
        if (delayMs > 0) DelayAssignment(group, delayMs);
        StartSession(group, after!.Id);
        if (!after.HasSameAssignment(before)) FollowReconciliation(group, after);
        if (request.ShutdownApplication) group.ShutdownRequestedBy = after.Id;
        Fill(response, group, after, withTasks: request.MemberEpoch == 0 || after.Assigned != before.Assigned, isNew, request.EndpointInformationEpoch);
        AddStatus(response, group, after);
        missing = group.Configured?.Missing ?? [];
        return null;
    }

    private Refusal? Open(string groupId, bool mayCreate, out StreamsGroupUpdate? update)
    {
        update = null;
        Group? found = shard.Groups.GetValueOrDefault(groupId);
        if (found is StreamsGroup known)
        {
            update = new StreamsGroupUpdate(known, []);
            return null;
        }
        if (!mayCreate || found is not (null or ClassicGroup { IsEmpty: true }))
            return new Refusal(ErrorCode.GroupIdNotFound, found is null ? $"There is no group {groupId}." : $"Group {groupId} is not a streams group.");
        List<CoordinatorRecord> records = [];
        found?.AddTombstones(records);
        update = new StreamsGroupUpdate(new StreamsGroup(groupId), records);
        return null;
    }

    private static TaskSets? OwnedBy(StreamsGroupHeartbeatRequest request) =>
        request is { ActiveTasks: { } active, StandbyTasks: { } standby, WarmupTasks: { } warmup } ? new TaskSets(Read(active), Read(standby), Read(warmup)) : null;

    private static TaskSet Read(MessageList<StreamsGroupHeartbeatRequest.TaskIds> tasks) =>
        TaskSet.From(tasks.SelectMany(static part => part.Partitions.Select(partition => new TaskId(part.SubtopologyId, partition))));

    private static Refusal? CheckEpoch(StreamsMember member, int epoch, TaskSets? owned)
    {
        // 0: it joins again, after it was fenced or because the answer was lost. The previous one: the answer that told of the new one was lost.
        if (epoch == 0 || epoch == member.Epoch) return null;
        bool isRetry = epoch < member.Epoch && epoch == member.PreviousEpoch && owned is not null && owned.IsSubsetOf(member.Assigned);
        return isRetry ? null : new Refusal(ErrorCode.FencedMemberEpoch, $"Member {member.Id} has epoch {member.Epoch}, not {epoch}; it must give up its tasks and join again.");
    }

    private static StreamsMember Merge(StreamsMember before, StreamsGroupHeartbeatRequest request, GroupClient client) => before with
    {
        RackId = request.RackId ?? before.RackId,
        Client = client,
        RebalanceTimeoutMs = request.RebalanceTimeoutMs == -1 ? before.RebalanceTimeoutMs : request.RebalanceTimeoutMs,
        TopologyEpoch = request.Topology?.Epoch ?? before.TopologyEpoch,
        ProcessId = request.ProcessId ?? before.ProcessId,
        Endpoint = request.UserEndpoint is { } endpoint ? new StreamsEndpoint(endpoint.Host, endpoint.Port) : before.Endpoint,
        Tags = request.ClientTags is { } tags ? tags.ToImmutableSortedDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal) : before.Tags,
    };

    // Whether a target has to wait for more members; and for how long from now on, if this heartbeat is the first of a group that was empty.
    private bool IsDelayed(StreamsGroup group, out int delayMs)
    {
        delayMs = 0;
        if (group.InitialDelay is { IsScheduled: true }) return true;
        if (group.IsEmpty) delayMs = _settings.InitialRebalanceDelayMs(group.Id);
        return delayMs > 0;
    }

    private void Fill(StreamsGroupHeartbeatResponse response, StreamsGroup group, StreamsMember member, bool withTasks, bool isNewGroup, int knownEndpointEpoch)
    {
        response.MemberId = member.Id;
        response.MemberEpoch = member.Epoch;
        response.HeartbeatIntervalMs = _settings.HeartbeatIntervalMs(group.Id);
        if (withTasks)
        {
            response.ActiveTasks = Write(member.Assigned.Active);
            response.StandbyTasks = Write(member.Assigned.Standby);
            response.WarmupTasks = Write(member.Assigned.Warmup);
        }

        // Somebody else is to be asked for what the member was given or gave up; of a new group there is nobody who would know otherwise.
        bool isMoved = withTasks && member.Endpoint is not null;
        if (isMoved && !isNewGroup) group.EndpointEpoch++;
        response.EndpointInformationEpoch = group.EndpointEpoch;
        if (isMoved || group.EndpointEpoch != knownEndpointEpoch) AddEndpoints(response, group, member.Id);
    }

    private static MessageList<StreamsGroupHeartbeatResponse.TaskIds> Write(TaskSet tasks)
    {
        MessageList<StreamsGroupHeartbeatResponse.TaskIds> list = new();
        foreach ((string subtopology, List<int> partitions) in tasks.BySubtopology)
        {
            StreamsGroupHeartbeatResponse.TaskIds entry = list.Add();
            entry.SubtopologyId = subtopology;
            entry.Partitions.AddRange(partitions);
        }
        return list;
    }

    // Whom to ask about what: the application's own queries go from process to process.
    private void AddEndpoints(StreamsGroupHeartbeatResponse response, StreamsGroup group, string askingId)
    {
        if (group is not { Topology: { } topology, Configured.IsReady: true }) return;
        TopicTable topics = shard.Topics();
        foreach (StreamsMember member in group.Members.Values.OrderBy(member => member.Id == askingId))
        {
            if (member.Endpoint is not { } endpoint) continue;
            response.PartitionsByUserEndpoint ??= new();
            StreamsGroupHeartbeatResponse.EndpointToPartitions entry = response.PartitionsByUserEndpoint.Add();
            entry.UserEndpoint.Host = endpoint.Host;
            entry.UserEndpoint.Port = endpoint.Port;
            Write(member.Assigned.Active, entry.ActivePartitions);
            Write(member.Assigned.Standby, entry.StandbyPartitions);
        }

        void Write(TaskSet tasks, MessageList<StreamsGroupHeartbeatResponse.TopicPartition> list)
        {
            Dictionary<string, SortedSet<int>> byTopic = new(StringComparer.Ordinal);
            foreach (Subtopology part in topology.Subtopologies)
            {
                int[] partitions = [.. tasks.All.Where(task => task.Subtopology == part.Id).Select(static task => task.Partition)];
                if (partitions.Length == 0) continue;
                foreach (string topic in part.ReadTopics)
                {
                    if (!byTopic.TryGetValue(topic, out SortedSet<int>? known)) byTopic.Add(topic, known = []);
                    int count = topics.Find(topic)?.Partitions.Length ?? 0;
                    known.UnionWith(partitions.Where(partition => partition < count));
                }
            }
            foreach ((string topic, SortedSet<int> partitions) in byTopic.Where(static pair => pair.Value.Count > 0))
            {
                StreamsGroupHeartbeatResponse.TopicPartition entry = list.Add();
                entry.Topic = topic;
                entry.Partitions.AddRange(partitions);
            }
        }
    }

    private static void AddStatus(StreamsGroupHeartbeatResponse response, StreamsGroup group, StreamsMember member)
    {
        response.Status = new();
        if (group.Topology is { } topology && topology.Epoch > member.TopologyEpoch)
            Add(StreamsStatus.StaleTopology, $"The member's topology has epoch {member.TopologyEpoch}; the group's has {topology.Epoch}.");
        if (group.Epoch > group.TargetEpoch) Add(StreamsStatus.AssignmentDelayed, "The group waits for more members before it assigns tasks.");
        if (group.Configured?.Problem is { } problem) Add(problem.Status, problem.Detail);
        if (group.ShutdownRequestedBy is { } requester) Add(StreamsStatus.ShutdownApplication, $"Member {requester} asked for the end of the whole application.");

        void Add(StreamsStatus status, string detail)
        {
            StreamsGroupHeartbeatResponse.StatusData entry = response.Status.Add();
            entry.StatusCode = (sbyte)status;
            entry.StatusDetail = detail;
        }
    }

    private Refusal? Leave(StreamsGroupHeartbeatRequest request, StreamsGroupHeartbeatResponse response)
    {
        if (Open(request.GroupId, mayCreate: false, out StreamsGroupUpdate? update) is { } noGroup) return noGroup;
        StreamsGroup group = update!.Group;
        if (!group.Members.ContainsKey(request.MemberId)) return Unknown(group, request.MemberId);
        ErrorCode error = Remove(group, request.MemberId, "it left");
        if (error != ErrorCode.None) return NotStored(error);
        if (request.ShutdownApplication && !group.IsEmpty) group.ShutdownRequestedBy = request.MemberId;
        response.MemberId = request.MemberId;
        response.MemberEpoch = request.MemberEpoch;
        return null;
    }

    private static Refusal Unknown(StreamsGroup group, string memberId) => new(ErrorCode.UnknownMemberId, $"Member {memberId} is not in group {group.Id}.");
}
