using System.Diagnostics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Requests;

/// <summary>Times requests and tells of them as activities, where somebody listens; otherwise costs two reads.</summary>
/// <remarks>
/// Attributes are those of OpenTelemetry's conventions for messaging. An activity begins a trace of its own: the producer's context travels in record headers,
/// which the broker does not read. Any thread.
/// </remarks>
/// <param name="metrics">Take the durations.</param>
/// <param name="nameOf">Finds the name of a topic by its id; null = there is none.</param>
internal sealed class RequestTelemetry(BrokerMetrics metrics, Func<Uuid, string?> nameOf)
{
    /// <summary>Name of the activity source.</summary>
    public const string SourceName = "Sluice.Broker";

    private const string System = "kafka";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Whether anybody wants to know.</summary>
    public bool IsWanted => metrics.TimesRequests || s_source.HasListeners();

    /// <summary>Runs a request that is looked at.</summary>
    public async ValueTask ObserveAsync(Func<RequestContext, CancellationToken, ValueTask> run, RequestContext context, CancellationToken cancellationToken)
    {
        // What happened to be current where the listener was started is no parent of what a client asks.
        Activity.Current = null;
        using Activity? activity = Begin(context);
        long startedAt = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            await run(context, cancellationToken).ConfigureAwait(false);
            error = ErrorOf(context);
        }
        catch (OperationCanceledException)
        {
            error = "cancelled";
            throw;
        }
        finally
        {
            metrics.RequestServed(context.ApiKey, Stopwatch.GetElapsedTime(startedAt), error);
            if (activity is not null && error is not null)
            {
                activity.SetTag("error.type", error);
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    private Activity? Begin(RequestContext context)
    {
        if (!s_source.HasListeners()) return null;
        string operation = context.ApiKey.ToString();
        Activity? activity = s_source.CreateActivity(operation, ActivityKind.Server);
        if (activity is null) return null;
        if (activity.IsAllDataRequested)
        {
            IReadOnlyList<string> topics = RequestTopics.Of(context.Request, nameOf);
            activity.SetTag("messaging.system", System);
            activity.SetTag("messaging.operation.name", operation);
            if (OperationType(context.ApiKey) is { } type) activity.SetTag("messaging.operation.type", type);
            if (topics is [var topic])
            {
                activity.SetTag("messaging.destination.name", topic);
                activity.DisplayName = $"{operation} {topic}";
            }
            if (context.ClientId.Length > 0) activity.SetTag("messaging.client.id", context.ClientId);
            if (GroupOf(context.Request) is { Length: > 0 } group) activity.SetTag("messaging.consumer.group.name", group);
            activity.SetTag("network.peer.address", context.ClientAddress.ToString());
        }
        return activity.Start();
    }

    private static string? OperationType(ApiKey api) => api switch
    {
        ApiKey.Produce => "send",
        ApiKey.Fetch or ApiKey.ShareFetch => "receive",
        ApiKey.OffsetCommit or ApiKey.TxnOffsetCommit or ApiKey.ShareAcknowledge => "settle",
        _ => null,
    };

    private static string? GroupOf(IMessage? request) => request switch
    {
        JoinGroupRequest join => join.GroupId,
        SyncGroupRequest sync => sync.GroupId,
        HeartbeatRequest heartbeat => heartbeat.GroupId,
        LeaveGroupRequest leave => leave.GroupId,
        OffsetCommitRequest commit => commit.GroupId,
        TxnOffsetCommitRequest commit => commit.GroupId,
        ConsumerGroupHeartbeatRequest heartbeat => heartbeat.GroupId,
        ShareGroupHeartbeatRequest heartbeat => heartbeat.GroupId,
        StreamsGroupHeartbeatRequest heartbeat => heartbeat.GroupId,
        ShareFetchRequest fetch => fetch.GroupId,
        ShareAcknowledgeRequest acknowledge => acknowledge.GroupId,
        _ => null,
    };

    private static string? ErrorOf(RequestContext context) => context.SuppressResponse
        ? context.CloseAfterwards?.ToString()
        : ResponseErrors.FirstOf(context.Response) is { } error and not ErrorCode.None ? ErrorCodes.Name(error) : null;
}
