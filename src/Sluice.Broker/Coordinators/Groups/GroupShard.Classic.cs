using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups;

// Requests of the classic protocol: their members may be in a group of either protocol.
internal sealed partial class GroupShard
{
    /// <inheritdoc cref="ClassicGroups.Join"/>
    public Task Join(JoinGroupRequest request, short version, GroupClient client, JoinGroupResponse response)
    {
        Group? found = Groups.GetValueOrDefault(request.GroupId);
        if (found is not (ConsumerGroup or StreamsGroup { IsEmpty: true }) || !Classic.IsSessionTimeoutValid(request)) return Classic.Join(request, version, client, response);
        if (found is ConsumerGroup { IsEmpty: false } group) return Consumer.Join(group, request, version, client, response);

        // Nobody is in it: it becomes a classic group, and its offsets stay.
        ErrorCode error = Dissolve(found);
        return error == ErrorCode.None ? Classic.Join(request, version, client, response) : ClassicGroups.Refuse(response, error, request.MemberId);
    }

    /// <inheritdoc cref="ClassicGroups.Sync"/>
    public Task Sync(SyncGroupRequest request, short version, SyncGroupResponse response)
    {
        if (Groups.GetValueOrDefault(request.GroupId) is not ConsumerGroup group) return Classic.Sync(request, version, response);
        Consumer.Sync(group, request, version, response);
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="ClassicGroups.Heartbeat"/>
    public ErrorCode Heartbeat(HeartbeatRequest request) =>
        Groups.GetValueOrDefault(request.GroupId) is ConsumerGroup group ? Consumer.Heartbeat(group, request) : Classic.Heartbeat(request);

    /// <summary>LeaveGroup.</summary>
    public void Leave(LeaveGroupRequest request, short version, LeaveGroupResponse response)
    {
        if (request.GroupId.Length == 0)
        {
            response.ErrorCode = ErrorCode.InvalidGroupId;
            return;
        }
        if (Groups.GetValueOrDefault(request.GroupId) is ConsumerGroup consumer)
        {
            Leave(consumer, request, version, response);
            return;
        }
        var classic = Groups.GetValueOrDefault(request.GroupId) as ClassicGroup;
        if (version < 3) response.ErrorCode = Classic.LeaveOne(classic, request.MemberId);
        else Classic.Leave(classic, request, response);
    }

    private ErrorCode Dissolve(Group group)
    {
        List<CoordinatorRecord> records = [];
        group.AddTombstones(records);
        CoordinatorAppend appended = _context.Log.Append(records);
        if (!appended.IsDone) return appended.Error;
        foreach (CoordinatorRecord record in records) _replay.Apply(record);
        return ErrorCode.None;
    }

    private void Leave(ConsumerGroup group, LeaveGroupRequest request, short version, LeaveGroupResponse response)
    {
        List<ErrorCode> errors = [];
        if (version < 3)
        {
            Consumer.Leave(group, [(request.MemberId, null)], errors);
            response.ErrorCode = errors[0];
            return;
        }
        Consumer.Leave(group, [.. request.Members.Select(static member => (member.MemberId, member.GroupInstanceId))], errors);
        for (int i = 0; i < errors.Count; i++)
        {
            LeaveGroupResponse.MemberResponse entry = response.Members.Add();
            entry.MemberId = request.Members[i].MemberId;
            entry.GroupInstanceId = request.Members[i].GroupInstanceId;
            entry.ErrorCode = errors[i];
        }
    }
}
