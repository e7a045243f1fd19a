using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>What a ShareGroupHeartbeat must look like, whatever the group is.</summary>
internal static class ShareHeartbeatRules
{
    private const int MemberIdLengthMax = 36;

    /// <summary>Looks for the first mistake.</summary>
    /// <returns>Null if there is none.</returns>
    public static Refusal? Check(ShareGroupHeartbeatRequest request)
    {
        if (IsBlank(request.MemberId)) return Invalid("MemberId must not be empty.");
        if (request.MemberId.Length > MemberIdLengthMax) return Invalid($"MemberId has more than {MemberIdLengthMax} characters.");
        if (IsBlank(request.GroupId)) return Invalid("GroupId must not be empty.");
        if (request.RackId is { } rackId && IsBlank(rackId)) return Invalid("RackId must not be empty.");
        return request.MemberEpoch switch
        {
            0 when request.SubscribedTopicNames is not { Count: > 0 } => Invalid("SubscribedTopicNames must be given when joining."),
            < -1 => Invalid($"MemberEpoch is {request.MemberEpoch}; it must be -1 or more."),
            _ => null,
        };
    }

    private static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text);

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
