using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Requests;

/// <summary>Finds out which topics a request is about.</summary>
internal static class RequestTopics
{
    /// <summary>APIs whose requests name topics that are looked at here.</summary>
    public static bool AreLookedAt(ApiKey api) => api is
        ApiKey.Produce or ApiKey.Fetch or ApiKey.ListOffsets or ApiKey.Metadata or ApiKey.OffsetCommit or ApiKey.OffsetFetch or ApiKey.CreateTopics
        or ApiKey.DeleteTopics or ApiKey.CreatePartitions or ApiKey.DeleteRecords or ApiKey.OffsetForLeaderEpoch or ApiKey.OffsetDelete
        or ApiKey.AddPartitionsToTxn or ApiKey.TxnOffsetCommit or ApiKey.ConsumerGroupHeartbeat or ApiKey.ShareFetch or ApiKey.ShareAcknowledge;

    /// <summary>The topics of a request.</summary>
    /// <param name="request">As it was read.</param>
    /// <param name="nameOf">Finds the name of a topic by its id; null = there is none.</param>
    /// <returns>Each once, in the order of the request.</returns>
    public static IReadOnlyList<string> Of(IMessage? request, Func<Uuid, string?> nameOf)
    {
        IEnumerable<string?> names = request switch
        {
            ProduceRequest produce => produce.TopicData.Select(topic => Name(topic.Name, topic.TopicId)),
            FetchRequest fetch => fetch.Topics.Select(topic => Name(topic.Topic, topic.TopicId)),
            ListOffsetsRequest list => list.Topics.Select(static topic => topic.Name),
            MetadataRequest metadata => (metadata.Topics ?? []).Select(topic => Name(topic.Name, topic.TopicId)),
            OffsetCommitRequest commit => commit.Topics.Select(topic => Name(topic.Name, topic.TopicId)),
            OffsetFetchRequest fetch => (fetch.Topics ?? []).Select(static topic => (string?)topic.Name)
                .Concat(fetch.Groups.SelectMany(group => (group.Topics ?? []).Select(topic => Name(topic.Name, topic.TopicId)))),
            CreateTopicsRequest create => create.Topics.Select(static topic => topic.Name),
            DeleteTopicsRequest delete => delete.TopicNames.Concat(delete.Topics.Select(topic => Name(topic.Name, topic.TopicId))),
            CreatePartitionsRequest create => create.Topics.Select(static topic => topic.Name),
            DeleteRecordsRequest delete => delete.Topics.Select(static topic => topic.Name),
            OffsetForLeaderEpochRequest epochs => epochs.Topics.Select(static topic => topic.Topic),
            OffsetDeleteRequest delete => delete.Topics.Select(static topic => topic.Name),
            AddPartitionsToTxnRequest add => add.V3AndBelowTopics.Concat(add.Transactions.SelectMany(static transaction => transaction.Topics)).Select(static topic => topic.Name),
            TxnOffsetCommitRequest commit => commit.Topics.Select(static topic => topic.Name),
            ConsumerGroupHeartbeatRequest heartbeat => heartbeat.SubscribedTopicNames ?? [],
            ShareFetchRequest fetch => fetch.Topics.Select(topic => nameOf(topic.TopicId)),
            ShareAcknowledgeRequest acknowledge => acknowledge.Topics.Select(topic => nameOf(topic.TopicId)),
            _ => [],
        };
        return [.. names.OfType<string>().Where(static name => name.Length > 0).Distinct(StringComparer.Ordinal)];

        string? Name(string? name, Uuid id) => string.IsNullOrEmpty(name) ? nameOf(id) : name;
    }
}
