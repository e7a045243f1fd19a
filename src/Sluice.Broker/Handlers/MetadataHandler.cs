using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// Metadata, key 3, v0–v13.
// Tells brokers, topics and who leads what. v1 null topics mean all. v4 automatic creation on request. v7 leader epochs.
// v8 authorized operations (KIP-430). v10 topic ids (KIP-516). v12 ask by id.
// A topic that is created here is told of in the same answer, with its leader: Kafka answers an error first and lets the
// client ask again.
internal sealed class MetadataHandler(BrokerServices services) : ApiHandler<MetadataRequest, MetadataResponse>
{
    protected override async ValueTask HandleAsync(
        MetadataRequest request, MetadataResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        short apiVersion = context.ApiVersion;
        if (apiVersion < 12 && request.Topics is not null && HasNullNameOrId(request.Topics))
        {
            Fail(request, response, ErrorCode.InvalidRequest);
            return;
        }
        DescribeCluster(request, response, context);
        bool withOperations = apiVersion >= 8 && request.IncludeTopicAuthorizedOperations;
        bool all = request.Topics is null || (apiVersion == 0 && request.Topics.Count == 0);
        if (all)
        {
            foreach (TopicState topic in services.Topics.Table.All.OrderBy(static topic => topic.Name, StringComparer.Ordinal))
            {
                // What one may not know of is not told of.
                if (context.IsTopicAllowed(AclOperation.Describe, topic.Name, isAudited: false)) Describe(topic, response.Topics.Add(), withOperations, context);
            }
            return;
        }

        bool byId = HasId(request.Topics!);
        HashSet<string> named = new(StringComparer.Ordinal);
        HashSet<Uuid> ids = [];
        List<string> denied = [];
        foreach (MetadataRequest.MetadataRequestTopic asked in request.Topics!)
        {
            // Once any topic is asked for by id, only ids count.
            if (byId || asked.Name is null)
            {
                if ((asked.TopicId != Uuid.Zero || !byId) && ids.Add(asked.TopicId)) DescribeById(asked.TopicId, response, withOperations, context);
                continue;
            }
            if (!named.Add(asked.Name)) continue;
            if (!context.IsTopicAllowed(AclOperation.Describe, asked.Name))
            {
                denied.Add(asked.Name);
                continue;
            }
            TopicState? topic = services.Topics.Table.Find(asked.Name);
            ErrorCode error = ErrorCode.None;
            if (topic is null)
            {
                bool mayCreate = apiVersion < 4 || request.AllowAutoTopicCreation;
                (topic, error) = mayCreate && services.Settings.AutoCreateTopics && !MayCreate(asked.Name, context)
                    ? (null, ErrorCode.TopicAuthorizationFailed)
                    : await services.Topics.FindOrCreateAsync(asked.Name, mayCreate, cancellationToken).ConfigureAwait(false);
            }
            MetadataResponse.MetadataResponseTopic entry = response.Topics.Add();
            if (topic is not null)
            {
                Describe(topic, entry, withOperations, context);
                continue;
            }
            entry.Name = asked.Name;
            entry.ErrorCode = error;
            entry.IsInternal = TopicName.IsInternal(asked.Name);
            if (withOperations && error != ErrorCode.TopicAuthorizationFailed) entry.TopicAuthorizedOperations = context.AuthorizedOperations(AclResourceType.Topic, asked.Name);
        }

        // Whether these are there is not told, and not even looked at.
        foreach (string name in denied)
        {
            MetadataResponse.MetadataResponseTopic entry = response.Topics.Add();
            entry.Name = name;
            entry.ErrorCode = ErrorCode.TopicAuthorizationFailed;
        }
    }

    protected override void Fail(MetadataRequest request, MetadataResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        if (request.Topics is null) return;
        foreach (MetadataRequest.MetadataRequestTopic asked in request.Topics)
        {
            MetadataResponse.MetadataResponseTopic entry = response.Topics.Add();
            entry.Name = asked.Name ?? "";
            entry.TopicId = asked.TopicId;
            entry.ErrorCode = error;
        }
    }

    private static bool MayCreate(string topic, RequestContext context) =>
        context.IsClusterAllowed(AclOperation.Create, isAudited: false) || context.IsTopicAllowed(AclOperation.Create, topic);

    private static bool HasNullNameOrId(MessageList<MetadataRequest.MetadataRequestTopic> topics)
    {
        foreach (MetadataRequest.MetadataRequestTopic topic in topics)
        {
            if (topic.Name is null || topic.TopicId != Uuid.Zero) return true;
        }
        return false;
    }

    private static bool HasId(MessageList<MetadataRequest.MetadataRequestTopic> topics)
    {
        foreach (MetadataRequest.MetadataRequestTopic topic in topics)
        {
            if (topic.TopicId != Uuid.Zero) return true;
        }
        return false;
    }

    private void DescribeCluster(MetadataRequest request, MetadataResponse response, RequestContext context)
    {
        MetadataResponse.MetadataResponseBroker broker = response.Brokers.Add();
        broker.NodeId = services.BrokerId;
        broker.Host = context.Connection.Listener.AdvertisedHost;
        broker.Port = context.Connection.Listener.AdvertisedPort;
        broker.Rack = services.Settings.Rack;
        response.ClusterId = services.Topics.Table.Image.ClusterId;
        response.ControllerId = services.BrokerId;
        if (context.ApiVersion is >= 8 and <= 10 && request.IncludeClusterAuthorizedOperations)
            response.ClusterAuthorizedOperations = context.ClusterAuthorizedOperations();
    }

    private void DescribeById(Uuid id, MetadataResponse response, bool withOperations, RequestContext context)
    {
        MetadataResponse.MetadataResponseTopic entry = response.Topics.Add();
        TopicState? topic = services.Topics.Table.Find(id);
        bool isDenied = topic is not null && !context.IsTopicAllowed(AclOperation.Describe, topic.Name);
        if (topic is not null && !isDenied)
        {
            Describe(topic, entry, withOperations, context);
            return;
        }
        entry.Name = null;
        entry.TopicId = id;
        entry.ErrorCode = isDenied ? ErrorCode.TopicAuthorizationFailed : ErrorCode.UnknownTopicId;
    }

    private static void Describe(TopicState topic, MetadataResponse.MetadataResponseTopic entry, bool withOperations, RequestContext context)
    {
        entry.Name = topic.Name;
        entry.TopicId = topic.Id;
        entry.IsInternal = topic.IsInternal;
        if (withOperations) entry.TopicAuthorizedOperations = context.AuthorizedOperations(AclResourceType.Topic, topic.Name);
        foreach (PartitionImage image in topic.Image.Partitions)
        {
            MetadataResponse.MetadataResponsePartition partition = entry.Partitions.Add();
            partition.PartitionIndex = image.Index;
            partition.LeaderId = image.Leader;
            partition.LeaderEpoch = image.LeaderEpoch;
            partition.ReplicaNodes.AddRange(image.Replicas);
            partition.IsrNodes.AddRange(image.InSyncReplicas);
            if (!topic.IsOnline(image.Index)) partition.OfflineReplicas.AddRange(image.Replicas);
        }
    }
}
