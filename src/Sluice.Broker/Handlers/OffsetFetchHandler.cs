using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// OffsetFetch, key 9, v1–v10.
// v2 null topics ask for all. v7 RequireStable (KIP-447). v8 several groups (KIP-709). v9 member epochs (KIP-848). v10 topic ids.
// One group of the older versions is handled as the only one of a list, and copied to where those versions have it.
internal sealed class OffsetFetchHandler(GroupCoordinator groups) : ApiHandler<OffsetFetchRequest, OffsetFetchResponse>
{
    protected override async ValueTask HandleAsync(
        OffsetFetchRequest request, OffsetFetchResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        short version = context.ApiVersion;
        if (version < 8)
        {
            OffsetFetchRequest.OffsetFetchRequestGroup asked = ToGroup(request, version);
            var answer = new OffsetFetchResponse.OffsetFetchResponseGroup();
            await FetchAsync(asked, context, request.RequireStable, answer, cancellationToken).ConfigureAwait(false);
            CopySingle(asked, answer, version, response);
            return;
        }
        foreach (OffsetFetchRequest.OffsetFetchRequestGroup asked in request.Groups)
            await FetchAsync(asked, context, request.RequireStable, response.Groups.Add(), cancellationToken).ConfigureAwait(false);
    }

    protected override void Fail(OffsetFetchRequest request, OffsetFetchResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        foreach (OffsetFetchRequest.OffsetFetchRequestGroup asked in request.Groups)
        {
            OffsetFetchResponse.OffsetFetchResponseGroup entry = response.Groups.Add();
            entry.GroupId = asked.GroupId;
            entry.ErrorCode = error;
        }
        if (request.Topics is null) return;
        foreach (OffsetFetchRequest.OffsetFetchRequestTopic topic in request.Topics)
        {
            OffsetFetchResponse.OffsetFetchResponseTopic topicEntry = response.Topics.Add();
            topicEntry.Name = topic.Name;
            foreach (int partition in topic.PartitionIndexes) Add(topicEntry, partition, error);
        }
    }

    private async ValueTask FetchAsync(
        OffsetFetchRequest.OffsetFetchRequestGroup asked, RequestContext context, bool requireStable, OffsetFetchResponse.OffsetFetchResponseGroup answer, CancellationToken cancellationToken)
    {
        if (!context.IsGroupAllowed(AclOperation.Describe, asked.GroupId))
        {
            answer.GroupId = asked.GroupId;
            answer.ErrorCode = ErrorCode.GroupAuthorizationFailed;
            return;
        }
        short version = context.ApiVersion;
        ErrorCode error = await groups.RunAsync(asked.GroupId, shard => shard.Offsets.Fetch(asked, version, requireStable, answer), cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None)
        {
            if (context.IsAuthorizing) HideDenied(asked, answer, context);
            return;
        }
        answer.Reset();
        answer.GroupId = asked.GroupId;

        // A client that insists on stable offsets must look for the coordinator anew, not wait for this one.
        bool mustLookAgain = requireStable && error is ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.RequestTimedOut;
        answer.ErrorCode = mustLookAgain ? ErrorCode.NotCoordinator : error;
    }

    // Topics that were asked for by name are answered as denied; where all were asked for, those that one may not know of are not told of.
    private static void HideDenied(
        OffsetFetchRequest.OffsetFetchRequestGroup asked, OffsetFetchResponse.OffsetFetchResponseGroup answer, RequestContext context)
    {
        bool all = asked.Topics is null;
        IReadOnlyList<OffsetFetchResponse.OffsetFetchResponseTopics> denied =
            answer.Topics.TakeOut(topic => topic.Name.Length > 0 && !context.IsTopicAllowed(AclOperation.Describe, topic.Name, isAudited: !all));
        if (all) return;
        foreach (OffsetFetchResponse.OffsetFetchResponseTopics topic in denied)
        {
            foreach (OffsetFetchResponse.OffsetFetchResponsePartitions partition in topic.Partitions)
            {
                partition.CommittedOffset = -1;
                partition.CommittedLeaderEpoch = -1;
                partition.Metadata = "";
                partition.ErrorCode = ErrorCode.TopicAuthorizationFailed;
            }
            answer.Topics.Add(topic);
        }
    }

    private static OffsetFetchRequest.OffsetFetchRequestGroup ToGroup(OffsetFetchRequest request, short version)
    {
        var group = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = request.GroupId, Topics = null };

        // An empty list meant all topics in the only version that had no null.
        if (request.Topics is null) return group;
        group.Topics = new MessageList<OffsetFetchRequest.OffsetFetchRequestTopics>();
        foreach (OffsetFetchRequest.OffsetFetchRequestTopic topic in request.Topics)
        {
            OffsetFetchRequest.OffsetFetchRequestTopics entry = group.Topics.Add();
            entry.Name = topic.Name;
            entry.PartitionIndexes.AddRange(topic.PartitionIndexes);
        }
        return group;
    }

    private static void CopySingle(
        OffsetFetchRequest.OffsetFetchRequestGroup asked, OffsetFetchResponse.OffsetFetchResponseGroup answer, short version, OffsetFetchResponse response)
    {
        response.ErrorCode = answer.ErrorCode;
        if (answer.ErrorCode != ErrorCode.None)
        {
            // Version 1 has no place for an error but the partitions.
            if (version > 1 || asked.Topics is null) return;
            foreach (OffsetFetchRequest.OffsetFetchRequestTopics topic in asked.Topics)
            {
                OffsetFetchResponse.OffsetFetchResponseTopic topicEntry = response.Topics.Add();
                topicEntry.Name = topic.Name;
                foreach (int partition in topic.PartitionIndexes) Add(topicEntry, partition, answer.ErrorCode);
            }
            return;
        }
        foreach (OffsetFetchResponse.OffsetFetchResponseTopics topic in answer.Topics)
        {
            OffsetFetchResponse.OffsetFetchResponseTopic topicEntry = response.Topics.Add();
            topicEntry.Name = topic.Name;
            foreach (OffsetFetchResponse.OffsetFetchResponsePartitions partition in topic.Partitions)
            {
                OffsetFetchResponse.OffsetFetchResponsePartition entry = Add(topicEntry, partition.PartitionIndex, partition.ErrorCode);
                entry.CommittedOffset = partition.CommittedOffset;
                entry.CommittedLeaderEpoch = partition.CommittedLeaderEpoch;
                entry.Metadata = partition.Metadata;
            }
        }
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartition Add(OffsetFetchResponse.OffsetFetchResponseTopic topic, int partition, ErrorCode error)
    {
        OffsetFetchResponse.OffsetFetchResponsePartition entry = topic.Partitions.Add();
        entry.PartitionIndex = partition;
        entry.CommittedOffset = -1;
        entry.CommittedLeaderEpoch = -1;
        entry.Metadata = "";
        entry.ErrorCode = error;
        return entry;
    }
}
