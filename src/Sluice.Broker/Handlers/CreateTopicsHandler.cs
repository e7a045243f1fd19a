using System.Collections.Immutable;
using Sluice.Broker.Quotas;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// CreateTopics, key 19, v2–v7.
// Makes topics, each succeeding or failing alone, and answers when they can be used. v4 -1 for the broker's defaults (KIP-464).
// v5 answers counts and effective settings (KIP-525). v7 topic ids (KIP-516). ValidateOnly does all but the change.
internal sealed class CreateTopicsHandler(BrokerServices services) : ApiHandler<CreateTopicsRequest, CreateTopicsResponse>
{
    /// <summary>Partitions that one request may ask for in all, as Kafka's controller allows.</summary>
    private const int PartitionsPerRequestMax = 10_000;

    /// <summary>From this version on what exceeds the quota of changes is refused; before, it is done, and the client held back.</summary>
    private const short StrictQuotaVersion = 6;

    protected override async ValueTask HandleAsync(
        CreateTopicsRequest request, CreateTopicsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        HashSet<string> duplicates = [.. request.Topics.GroupBy(static topic => topic.Name, StringComparer.Ordinal).Where(static group => group.Count() > 1).Select(static group => group.Key)];
        if (CountPartitions(request) > PartitionsPerRequestMax)
        {
            Refuse(request, response, ErrorCode.PolicyViolation, $"Excessively large number of partitions per request: at most {PartitionsPerRequestMax} are allowed.");
            return;
        }

        bool mayCreateAny = context.IsClusterAllowed(AclOperation.Create, isAudited: false);
        HashSet<string> denied = [.. request.Topics.Select(static topic => topic.Name).Distinct().Where(name => !duplicates.Contains(name) && !mayCreateAny && !context.IsTopicAllowed(AclOperation.Create, name))];
        MutationQuota? quota = services.Quotas.Mutations(context, StrictQuotaVersion);
        Dictionary<string, TopicCreation> creations = new(StringComparer.Ordinal);
        TopicTable table = await services.Topics.ChangeAsync(
            current =>
            {
                creations.Clear();
                foreach (CreateTopicsRequest.CreatableTopic topic in request.Topics)
                {
                    if (duplicates.Contains(topic.Name) || denied.Contains(topic.Name)) continue;
                    TopicCreation creation = TopicCreation.Plan(Wanted(topic), current, services.Settings, creations.Values);
                    bool isAllowed = creation.Topic is null || quota is null || quota.TryTake(topic.Name, creation.Topic.Partitions.Length);
                    creations[topic.Name] = isAllowed ? creation : TopicCreation.Refuse(ErrorCode.ThrottlingQuotaExceeded, MutationQuota.Message);
                }
                return request.ValidateOnly ? [] : [.. creations.Values.SelectMany(static creation => creation.Changes)];
            },
            cancellationToken).ConfigureAwait(false);

        HashSet<string> answered = new(StringComparer.Ordinal);
        foreach (CreateTopicsRequest.CreatableTopic topic in request.Topics)
        {
            if (!answered.Add(topic.Name)) continue;
            CreateTopicsResponse.CreatableTopicResult result = response.Topics.Add();
            result.Name = topic.Name;
            if (duplicates.Contains(topic.Name))
            {
                result.ErrorCode = ErrorCode.InvalidRequest;
                result.ErrorMessage = "Duplicate topic name.";
                continue;
            }
            if (denied.Contains(topic.Name))
            {
                result.ErrorCode = ErrorCode.TopicAuthorizationFailed;
                result.ErrorMessage = "Authorization failed.";
                continue;
            }
            Describe(creations[topic.Name], table, context, result);
        }
    }

    protected override void Fail(CreateTopicsRequest request, CreateTopicsResponse response, ErrorCode error) => Refuse(request, response, error, message: null);

    private static void Refuse(CreateTopicsRequest request, CreateTopicsResponse response, ErrorCode error, string? message)
    {
        foreach (CreateTopicsRequest.CreatableTopic topic in request.Topics)
        {
            CreateTopicsResponse.CreatableTopicResult result = response.Topics.Add();
            result.Name = topic.Name;
            result.ErrorCode = error;
            result.ErrorMessage = message;
        }
    }

    private long CountPartitions(CreateTopicsRequest request)
    {
        long count = 0;
        foreach (CreateTopicsRequest.CreatableTopic topic in request.Topics)
            count += topic.Assignments.Count > 0 ? topic.Assignments.Count : topic.NumPartitions == -1 ? services.Settings.PartitionCountDefault : Math.Max(0, topic.NumPartitions);
        return count;
    }

    private static NewTopic Wanted(CreateTopicsRequest.CreatableTopic topic) => new(
        topic.Name,
        topic.NumPartitions,
        topic.ReplicationFactor,
        [.. topic.Assignments.Select(static assignment => (assignment.PartitionIndex, (IReadOnlyList<int>)assignment.BrokerIds))],
        [.. topic.Configs.Select(static config => (config.Name, config.Value))]);

    private void Describe(TopicCreation creation, TopicTable table, RequestContext context, CreateTopicsResponse.CreatableTopicResult result)
    {
        result.ErrorCode = creation.Error;
        result.ErrorMessage = creation.Message;
        if (creation.Topic is not { } topic)
        {
            result.Configs = [];
            return;
        }

        if (table.Find(topic.Name)?.FindMissing(firstIndex: 0) is { } missing)
        {
            result.ErrorCode = ErrorCode.KafkaStorageError;
            result.ErrorMessage = TopicManager.MissingLogMessage(missing);
        }
        result.TopicId = topic.Id;
        result.Configs = [];
        if (!context.IsTopicAllowed(AclOperation.DescribeConfigs, topic.Name, isAudited: false))
        {
            result.TopicConfigErrorCode = ErrorCode.TopicAuthorizationFailed;
            return;
        }
        result.NumPartitions = topic.Partitions.Length;
        result.ReplicationFactor = (short)topic.Partitions[0].Replicas.Length;
        TopicSettings settings = table.Find(topic.Name)?.Settings ?? TopicSettings.Create(services.Settings.Settings, creation.Configs);
        foreach (ConfigKey key in TopicConfigKeys.Table.Keys)
        {
            if (key.IsHidden) continue;
            ConfigDescription description = settings.Describe(key);
            CreateTopicsResponse.CreatableTopicConfigs config = result.Configs.Add();
            config.Name = key.Name;
            config.Value = description.Value;
            config.ConfigSource = (sbyte)description.Source;
            config.IsSensitive = key.IsSensitive;
        }
    }
}
