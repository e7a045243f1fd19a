using Sluice.Broker.Quotas;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// CreatePartitions, key 37, v0–v3.
// Raises the number of partitions of topics (KIP-195), each succeeding or failing alone; answers when the new ones can be used.
internal sealed class CreatePartitionsHandler(BrokerServices services) : ApiHandler<CreatePartitionsRequest, CreatePartitionsResponse>
{
    private const int PartitionsPerRequestMax = 10_000;

    /// <summary>From this version on what exceeds the quota of changes is refused; before, it is done, and the client held back.</summary>
    private const short StrictQuotaVersion = 3;

    protected override async ValueTask HandleAsync(
        CreatePartitionsRequest request, CreatePartitionsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        HashSet<string> denied = [.. request.Topics.Select(static topic => topic.Name).Distinct().Where(name => !context.IsTopicAllowed(AclOperation.Alter, name))];
        MutationQuota? quota = services.Quotas.Mutations(context, StrictQuotaVersion);
        TopicTable table = await services.Topics.ChangeAsync(
            current =>
            {
                response.Results.Clear();
                List<MetadataChange> changes = Decide(request, current, denied, quota, response);
                return request.ValidateOnly ? [] : changes;
            },
            cancellationToken).ConfigureAwait(false);
        if (request.ValidateOnly) return;
        foreach (CreatePartitionsResponse.CreatePartitionsTopicResult result in response.Results)
        {
            if (result.ErrorCode != ErrorCode.None || table.Find(result.Name)?.FindMissing(firstIndex: 0) is not { } missing) continue;
            result.ErrorCode = ErrorCode.KafkaStorageError;
            result.ErrorMessage = TopicManager.MissingLogMessage(missing);
        }
    }

    protected override void Fail(CreatePartitionsRequest request, CreatePartitionsResponse response, ErrorCode error)
    {
        foreach (CreatePartitionsRequest.CreatePartitionsTopic topic in request.Topics)
        {
            CreatePartitionsResponse.CreatePartitionsTopicResult result = response.Results.Add();
            result.Name = topic.Name;
            result.ErrorCode = error;
        }
    }

    private List<MetadataChange> Decide(CreatePartitionsRequest request, TopicTable topics, HashSet<string> denied, MutationQuota? quota, CreatePartitionsResponse response)
    {
        List<MetadataChange> changes = [];
        foreach (IGrouping<string, CreatePartitionsRequest.CreatePartitionsTopic> named in request.Topics.GroupBy(static topic => topic.Name, StringComparer.Ordinal))
        {
            CreatePartitionsResponse.CreatePartitionsTopicResult result = response.Results.Add();
            result.Name = named.Key;
            (result.ErrorCode, result.ErrorMessage) = named.Count() > 1
                ? (ErrorCode.InvalidRequest, "Duplicate topic name.")
                : denied.Contains(named.Key) ? (ErrorCode.TopicAuthorizationFailed, null) : Check(named.First(), topics.Find(named.Key));
            if (result.ErrorCode == ErrorCode.None && quota?.TryTake(named.Key, named.First().Count - topics.Find(named.Key)!.Partitions.Length) == false)
                (result.ErrorCode, result.ErrorMessage) = (ErrorCode.ThrottlingQuotaExceeded, MutationQuota.Message);
            if (result.ErrorCode == ErrorCode.None) changes.Add(Change(topics.Find(named.Key)!, named.First().Count));
        }
        return changes;
    }

    private (ErrorCode Error, string? Message) Check(CreatePartitionsRequest.CreatePartitionsTopic wanted, TopicState? topic)
    {
        if (topic is null) return (ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");
        int present = topic.Partitions.Length;
        if (wanted.Count == present) return (ErrorCode.InvalidPartitions, $"Topic already has {present} partition(s).");
        if (wanted.Count < present)
            return (ErrorCode.InvalidPartitions, $"The topic {topic.Name} currently has {present} partition(s); {wanted.Count} would not be an increase.");
        if (wanted.Count - present > PartitionsPerRequestMax)
            return (ErrorCode.PolicyViolation, $"Excessively large number of partitions per request: at most {PartitionsPerRequestMax} are allowed.");
        if (wanted.Assignments is not { } assignments)
            return services.Settings.HasOpenLogDirectory ? (ErrorCode.None, null) : (ErrorCode.InvalidReplicationFactor, TopicCreation.NoPlaceMessage);
        if (assignments.Count != wanted.Count - present)
            return (ErrorCode.InvalidReplicaAssignment, $"Attempted to add {wanted.Count - present} additional partition(s), but only {assignments.Count} assignment(s) were specified.");
        foreach (CreatePartitionsRequest.CreatePartitionsAssignment assignment in assignments)
        {
            if (TopicCreation.CheckReplicas(assignment.BrokerIds, services.Settings) is { } problem) return (ErrorCode.InvalidReplicaAssignment, problem);
        }
        return (ErrorCode.None, null);
    }

    private PartitionsAdded Change(TopicState topic, int count) =>
        new(topic.Id, TopicCreation.PartitionsFrom(topic.Partitions.Length, count, services.BrokerId));
}
