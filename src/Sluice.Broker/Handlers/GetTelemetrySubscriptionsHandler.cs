using Sluice.Broker.Requests;
using Sluice.Broker.Telemetry;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// GetTelemetrySubscriptions, key 71, v0 (KIP-714).
// Tells a client which of its metrics are wanted, and how often. Announced only while somebody collects them.
internal sealed class GetTelemetrySubscriptionsHandler(ClientTelemetry telemetry) : ApiHandler<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse>
{
    public override bool IsServed => telemetry.IsWanted;

    protected override ValueTask HandleAsync(
        GetTelemetrySubscriptionsRequest request, GetTelemetrySubscriptionsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        (response.ErrorCode, Uuid instanceId, ClientMetricsSubscription? subscription) = telemetry.Ask(request.ClientInstanceId, context.TelemetryClient());
        if (subscription is null) return ValueTask.CompletedTask;
        response.ClientInstanceId = instanceId;
        response.SubscriptionId = subscription.Id;
        response.PushIntervalMs = subscription.IntervalMs;
        response.TelemetryMaxBytes = telemetry.PushMaxBytes;
        response.DeltaTemporality = true;
        // The best first: zstd, lz4, gzip, snappy.
        response.AcceptedCompressionTypes.AddRange([4, 3, 1, 2]);
        response.RequestedMetrics.AddRange(subscription.Prefixes);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(GetTelemetrySubscriptionsRequest request, GetTelemetrySubscriptionsResponse response, ErrorCode error) => response.ErrorCode = error;
}
