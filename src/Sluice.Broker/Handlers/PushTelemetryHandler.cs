using Sluice.Broker.Requests;
using Sluice.Broker.Telemetry;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// PushTelemetry, key 72, v0 (KIP-714).
// Takes the metrics that a client was asked for. Announced only while somebody collects them.
internal sealed class PushTelemetryHandler(ClientTelemetry telemetry) : ApiHandler<PushTelemetryRequest, PushTelemetryResponse>
{
    public override bool IsServed => telemetry.IsWanted;

    protected override ValueTask HandleAsync(PushTelemetryRequest request, PushTelemetryResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        response.ErrorCode = telemetry.Push(
            request.ClientInstanceId, context.TelemetryClient(), request.SubscriptionId, request.Terminating, request.CompressionType, request.Metrics);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(PushTelemetryRequest request, PushTelemetryResponse response, ErrorCode error) => response.ErrorCode = error;
}
