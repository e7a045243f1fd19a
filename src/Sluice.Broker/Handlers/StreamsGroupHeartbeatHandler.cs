using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// StreamsGroupHeartbeat, key 88, v0.
// Joins, keeps up and leaves a streams group (KIP-1071). Topics that the application keeps for itself are made here, with the client's permission, before the answer.
// Not served, as by Kafka 4.3: static members, warmup tasks, offsets of tasks, source topics by pattern.
internal sealed class StreamsGroupHeartbeatHandler(BrokerServices services, GroupCoordinator groups) : ApiHandler<StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse>
{
    public override Feature? Feature => ClusterFeatures.Streams;

    /// <summary>Reasons that one answer tells at the most.</summary>
    private const int ReasonsMax = 3;

    protected override async ValueTask HandleAsync(
        StreamsGroupHeartbeatRequest request, StreamsGroupHeartbeatResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (Check(request, context) is { } refusal)
        {
            response.ErrorCode = refusal.Error;
            response.ErrorMessage = refusal.Message;
            return;
        }
        GroupClient client = GroupClient.From(context.ClientId, context.ClientAddress);
        ImmutableArray<NewTopic> missing = [];
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => { missing = shard.Streams.Heartbeat(request, client, response); }, cancellationToken).ConfigureAwait(false);
        if (error != ErrorCode.None)
        {
            response.Reset();
            Fail(request, response, error);
        }
        else if (!missing.IsEmpty)
        {
            await CreateAsync(missing, response, context, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Refusal? Check(StreamsGroupHeartbeatRequest request, RequestContext context)
    {
        if (!context.IsGroupAllowed(AclOperation.Read, request.GroupId)) return new Refusal(ErrorCode.GroupAuthorizationFailed, "The client may not read from the group.");
        if (request.Topology is not { } topology) return StreamsHeartbeatRules.Check(request);
        string[] names = [.. StreamsTopology.TopicsOf(topology)];
        if (Array.Find(names, TopicName.IsInternal) is { } inner) return new Refusal(ErrorCode.StreamsInvalidTopology, $"{inner} is a topic of the broker itself.");
        if (Array.Find(names, static name => TopicName.Validate(name) is not null) is { } invalid) return new Refusal(ErrorCode.StreamsInvalidTopology, TopicName.Validate(invalid)!);
        return Array.TrueForAll(names, name => context.IsTopicAllowed(AclOperation.Describe, name))
            ? StreamsHeartbeatRules.Check(request)
            : new Refusal(ErrorCode.TopicAuthorizationFailed, "The client may not describe all topics of the topology.");
    }

    // The next heartbeat finds them. What cannot be made is tried again by each heartbeat, and told by each.
    private async ValueTask CreateAsync(ImmutableArray<NewTopic> missing, StreamsGroupHeartbeatResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        StreamsGroupHeartbeatResponse.StatusData? status = response.Status?.FirstOrDefault(static each => each.StatusCode == (sbyte)StreamsStatus.MissingInternalTopics);
        if (status is null) return;
        bool mayCreateAny = context.IsClusterAllowed(AclOperation.Create, isAudited: false);
        string[] denied = [.. missing.Select(static topic => topic.Name).Where(name => !mayCreateAny && !context.IsTopicAllowed(AclOperation.Create, name))];
        if (denied.Length > 0)
        {
            status.StatusDetail += $"; Unauthorized to CREATE on topics {string.Join(", ", denied)}.";
            return;
        }
        List<string> reasons = [];
        try
        {
            await services.Topics.ChangeAsync(
                current =>
                {
                    reasons.Clear();
                    Dictionary<string, TopicCreation> creations = new(StringComparer.Ordinal);
                    foreach (NewTopic topic in missing)
                    {
                        // Another member's heartbeat may have been quicker.
                        if (current.Find(topic.Name) is not null) continue;
                        TopicCreation creation = TopicCreation.Plan(topic, current, services.Settings, creations.Values);
                        creations[topic.Name] = creation;
                        if (creation.Message is { } message) reasons.Add($"{topic.Name} ({message})");
                    }
                    return [.. creations.Values.SelectMany(static creation => creation.Changes)];
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            reasons.Add(failure.Message);
        }
        if (reasons.Count > 0) status.StatusDetail += $"; Creation failed: {string.Join(", ", reasons.Take(ReasonsMax))}{(reasons.Count > ReasonsMax ? $" and {reasons.Count - ReasonsMax} more" : "")}.";
    }

    protected override void Fail(StreamsGroupHeartbeatRequest request, StreamsGroupHeartbeatResponse response, ErrorCode error) => response.ErrorCode = error;
}
