using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Requests;

/// <summary>Finds the first error in an answer.</summary>
internal static class ResponseErrors
{
    /// <summary>The first error.</summary>
    /// <returns><see cref="ErrorCode.None"/> if there is none, null for answers that are not looked into.</returns>
    public static ErrorCode? FirstOf(IMessage? response) => response switch
    {
        ProduceResponse produce => First(produce.Responses.SelectMany(static topic => topic.PartitionResponses).Select(static partition => partition.ErrorCode)),
        FetchResponse fetch => First([fetch.ErrorCode, .. fetch.Responses.SelectMany(static topic => topic.Partitions).Select(static partition => partition.ErrorCode)]),
        ListOffsetsResponse list => First(list.Topics.SelectMany(static topic => topic.Partitions).Select(static partition => partition.ErrorCode)),
        MetadataResponse metadata => First([metadata.ErrorCode, .. metadata.Topics.Select(static topic => topic.ErrorCode)]),
        OffsetCommitResponse commit => First(commit.Topics.SelectMany(static topic => topic.Partitions).Select(static partition => partition.ErrorCode)),
        OffsetFetchResponse fetch => First([fetch.ErrorCode, .. fetch.Groups.Select(static group => group.ErrorCode)]),
        FindCoordinatorResponse find => First([find.ErrorCode, .. find.Coordinators.Select(static coordinator => coordinator.ErrorCode)]),
        CreateTopicsResponse create => First(create.Topics.Select(static topic => topic.ErrorCode)),
        DeleteTopicsResponse delete => First(delete.Responses.Select(static topic => topic.ErrorCode)),
        CreatePartitionsResponse create => First(create.Results.Select(static topic => topic.ErrorCode)),
        TxnOffsetCommitResponse commit => First(commit.Topics.SelectMany(static topic => topic.Partitions).Select(static partition => partition.ErrorCode)),
        AddPartitionsToTxnResponse { ErrorCode: var error } => error,
        ApiVersionsResponse { ErrorCode: var error } => error,
        JoinGroupResponse { ErrorCode: var error } => error,
        SyncGroupResponse { ErrorCode: var error } => error,
        HeartbeatResponse { ErrorCode: var error } => error,
        LeaveGroupResponse { ErrorCode: var error } => error,
        ListGroupsResponse { ErrorCode: var error } => error,
        InitProducerIdResponse { ErrorCode: var error } => error,
        EndTxnResponse { ErrorCode: var error } => error,
        AddOffsetsToTxnResponse { ErrorCode: var error } => error,
        ConsumerGroupHeartbeatResponse { ErrorCode: var error } => error,
        ShareGroupHeartbeatResponse { ErrorCode: var error } => error,
        StreamsGroupHeartbeatResponse { ErrorCode: var error } => error,
        ShareFetchResponse { ErrorCode: var error } => error,
        ShareAcknowledgeResponse { ErrorCode: var error } => error,
        DescribeClusterResponse { ErrorCode: var error } => error,
        _ => null,
    };

    private static ErrorCode First(IEnumerable<ErrorCode> errors) => errors.FirstOrDefault(static error => error != ErrorCode.None);
}
