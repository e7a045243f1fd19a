using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>What a ConsumerGroupHeartbeat must look like, whatever the group is.</summary>
internal static class HeartbeatRules
{
    /// <summary>Looks for the first mistake.</summary>
    /// <param name="request">The request.</param>
    /// <param name="version">From 1 on the client chooses its member id.</param>
    /// <param name="settings">Tells the assignors there are.</param>
    /// <returns>Null if there is none.</returns>
    public static Refusal? Check(ConsumerGroupHeartbeatRequest request, short version, ConsumerGroupSettings settings)
    {
        bool mustHaveId = version >= 1 || request.MemberEpoch != 0;
        if (mustHaveId && IsBlank(request.MemberId)) return Invalid("MemberId must not be empty.");
        if (IsBlank(request.GroupId)) return Invalid("GroupId must not be empty.");
        if (request.InstanceId is { } instanceId && IsBlank(instanceId)) return Invalid("InstanceId must not be empty.");
        if (request.RackId is { } rackId && IsBlank(rackId)) return Invalid("RackId must not be empty.");
        Refusal? refusal = request.MemberEpoch switch
        {
            0 => CheckJoin(request),
            ConsumerMember.LeftEpoch when request.InstanceId is null => Invalid("InstanceId must be given by a static member that leaves."),
            < ConsumerMember.LeftEpoch => Invalid($"MemberEpoch is {request.MemberEpoch}; it must be -2 or more."),
            _ => null,
        };
        if (refusal is not null) return refusal;
        return request.ServerAssignor is { } assignor && settings.FindAssignor(assignor) is null
            ? new Refusal(ErrorCode.UnsupportedAssignor, $"ServerAssignor {assignor} is not served; there are: {string.Join(", ", settings.AssignorNames)}.")
            : null;
    }

    private static Refusal? CheckJoin(ConsumerGroupHeartbeatRequest request)
    {
        if (request.RebalanceTimeoutMs == -1) return Invalid("RebalanceTimeoutMs must be given when joining.");
        if (request.TopicPartitions is not { Count: 0 }) return Invalid("TopicPartitions must be an empty list when joining.");
        return request.SubscribedTopicNames is null && request.SubscribedTopicRegex is null
            ? Invalid("SubscribedTopicNames or SubscribedTopicRegex must be given when joining.")
            : null;
    }

    private static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text);

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
