using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Share;

/// <summary>How trouble with the state of share partitions is told to members.</summary>
internal static class ShareErrors
{
    /// <summary>Turns an error of the share coordinator into one that consumers of share groups know.</summary>
    public static ErrorCode FromStore(ErrorCode error) => error switch
    {
        ErrorCode.None or ErrorCode.GroupIdNotFound or ErrorCode.UnknownTopicOrPartition => error,
        ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.FencedLeaderEpoch or ErrorCode.FencedStateEpoch => ErrorCode.NotLeaderOrFollower,
        _ => ErrorCode.UnknownServerError,
    };

    /// <summary>An error in one sentence for whoever reads the client's log; null for NONE.</summary>
    public static string? Describe(ErrorCode error) => error switch
    {
        ErrorCode.None => null,
        ErrorCode.InvalidRequest => "The request names records that were never given out, or a share partition that was never begun, or contradicts itself.",
        ErrorCode.InvalidRecordState => "The member does not have these records, or has them no more.",
        ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId => "There is no such partition.",
        ErrorCode.FencedLeaderEpoch => "A leader of a newer epoch has taken over.",
        ErrorCode.FencedStateEpoch => "The share partition was begun anew since.",
        ErrorCode.NotLeaderOrFollower => "The share partition was begun anew, or is led by another broker: fetch again.",
        ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress or ErrorCode.NotCoordinator => "The coordinator of the share partition is not ready; try again.",
        _ => ErrorCodes.Name(error),
    };

    /// <summary>Whether a share partition that got this error must be begun anew.</summary>
    public static bool IsFenced(ErrorCode error) =>
        error is ErrorCode.NotLeaderOrFollower or ErrorCode.GroupIdNotFound or ErrorCode.UnknownTopicOrPartition;
}
