using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>How trouble with a coordinator's log is told to those who asked the coordinator.</summary>
internal static class CoordinatorErrors
{
    /// <summary>Turns the error of an append into one that clients of coordinators know how to handle.</summary>
    public static ErrorCode FromAppend(ErrorCode error) => error switch
    {
        ErrorCode.NetworkException => ErrorCode.CoordinatorLoadInProgress,
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.RequestTimedOut => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError => ErrorCode.NotCoordinator,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidFetchSize => ErrorCode.UnknownServerError,
        _ => error,
    };
}
