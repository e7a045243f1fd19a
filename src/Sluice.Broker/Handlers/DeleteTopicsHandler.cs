using Sluice.Broker.Quotas;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DeleteTopics, key 20, v1–v6.
// Removes topics, each succeeding or failing alone; their files are unlinked after file.delete.delay.ms. v6 by topic id (KIP-516).
internal sealed class DeleteTopicsHandler(BrokerServices services) : ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse>
{
    /// <summary>From this version on what exceeds the quota of changes is refused; before, it is done, and the client held back.</summary>
    private const short StrictQuotaVersion = 5;

    protected override async ValueTask HandleAsync(
        DeleteTopicsRequest request, DeleteTopicsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        List<(string? Name, Uuid Id)> asked = Asked(request, context.ApiVersion);
        if (!services.Settings.DeleteTopics)
        {
            ErrorCode refused = context.ApiVersion < 3 ? ErrorCode.InvalidRequest : ErrorCode.TopicDeletionDisabled;
            foreach ((string? name, Uuid id) in asked) Add(response, name, id, refused, "This broker is configured with delete.topic.enable=false.");
            return;
        }

        MutationQuota? quota = services.Quotas.Mutations(context, StrictQuotaVersion);
        await services.Topics.ChangeAsync(
            current =>
            {
                response.Responses.Clear();
                return Decide(asked, current, context, quota, response);
            },
            cancellationToken).ConfigureAwait(false);
    }

    protected override void Fail(DeleteTopicsRequest request, DeleteTopicsResponse response, ErrorCode error)
    {
        foreach (DeleteTopicsRequest.DeleteTopicState topic in request.Topics) Add(response, topic.Name, topic.TopicId, error, message: null);
        foreach (string name in request.TopicNames) Add(response, name, Uuid.Zero, error, message: null);
    }

    private static List<(string? Name, Uuid Id)> Asked(DeleteTopicsRequest request, short apiVersion) => apiVersion >= 6
        ? [.. request.Topics.Select(static topic => (topic.Name, topic.TopicId))]
        : [.. request.TopicNames.Select(static name => ((string?)name, Uuid.Zero))];

    private static List<MetadataChange> Decide(List<(string? Name, Uuid Id)> asked, TopicTable topics, RequestContext context, MutationQuota? quota, DeleteTopicsResponse response)
    {
        List<MetadataChange> changes = [];
        Dictionary<Uuid, int> uses = [];
        foreach ((string? name, Uuid id) in asked)
        {
            TopicState? topic = name is null ? topics.Find(id) : topics.Find(name);
            if (topic is not null) uses[topic.Id] = uses.GetValueOrDefault(topic.Id) + 1;
        }
        // What is asked for twice is answered once, by what it was asked for.
        HashSet<(string?, Uuid)> repeated = [.. asked.GroupBy(static one => one).Where(static same => same.Count() > 1).Select(static same => same.Key)];
        HashSet<(string?, Uuid)> answered = [];
        HashSet<Uuid> answeredTopics = [];
        foreach ((string? name, Uuid id) in asked)
        {
            if (name is null == (id == Uuid.Zero))
            {
                Add(response, name, id, ErrorCode.InvalidRequest, name is null ? "Neither topic name nor id were specified." : "You may not specify both topic name and topic id.");
                continue;
            }
            if (repeated.Contains((name, id)))
            {
                if (answered.Add((name, id))) Add(response, name, id, ErrorCode.InvalidRequest, name is null ? "Duplicate topic id." : "Duplicate topic name.");
                continue;
            }
            TopicState? topic = name is null ? topics.Find(id) : topics.Find(name);
            if ((topic?.Name ?? name) is { } known && RefuseDenied(known, topic, isById: name is null, context, response)) continue;
            if (topic is null)
            {
                Add(
                    response,
                    name,
                    id,
                    name is null ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition,
                    name is null ? "This server does not host this topic ID." : "This server does not host this topic-partition.");
                continue;
            }
            if (uses[topic.Id] > 1)
            {
                if (answeredTopics.Add(topic.Id)) Add(response, topic.Name, topic.Id, ErrorCode.InvalidRequest, "The topic is named more than once.");
                continue;
            }
            if (quota?.TryTake(topic.Name, topic.Partitions.Length) == false)
            {
                Add(response, topic.Name, topic.Id, ErrorCode.ThrottlingQuotaExceeded, MutationQuota.Message);
                continue;
            }
            changes.Add(new TopicDeleted(topic.Name, topic.Id));
            Add(response, topic.Name, topic.Id, ErrorCode.None, message: null);
        }
        return changes;
    }

    // Who may not delete a topic learns no more of it than it may know: of one that it may not describe, not even whether it is there.
    private static bool RefuseDenied(string name, TopicState? topic, bool isById, RequestContext context, DeleteTopicsResponse response)
    {
        if (context.IsClusterAllowed(AclOperation.Delete, isAudited: false)) return false;
        bool mayDelete = context.IsTopicAllowed(AclOperation.Delete, name);
        bool mayDescribe = context.IsTopicAllowed(AclOperation.Describe, name, isAudited: false);
        if (mayDelete && mayDescribe || topic is null && mayDescribe) return false;
        string message = ErrorCodes.Meaning(ErrorCode.TopicAuthorizationFailed);
        if (isById) Add(response, mayDescribe ? name : null, topic!.Id, ErrorCode.TopicAuthorizationFailed, message);
        else Add(response, name, Uuid.Zero, ErrorCode.TopicAuthorizationFailed, message);
        return true;
    }

    private static void Add(DeleteTopicsResponse response, string? name, Uuid id, ErrorCode error, string? message)
    {
        DeleteTopicsResponse.DeletableTopicResult result = response.Responses.Add();
        result.Name = name;
        result.TopicId = id;
        result.ErrorCode = error;
        result.ErrorMessage = message;
    }
}
