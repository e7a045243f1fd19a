using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

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

    /// <summary>Whether a share partition that got this error must be begun anew.</summary>
    public static bool IsFenced(ErrorCode error) =>
        error is ErrorCode.NotLeaderOrFollower or ErrorCode.GroupIdNotFound or ErrorCode.UnknownTopicOrPartition;
}
