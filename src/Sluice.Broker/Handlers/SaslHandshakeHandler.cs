using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// SaslHandshake, key 17, v0–v1.
// Chooses a mechanism. v1: its messages follow in SaslAuthenticate; after v0, in frames without a header. Where nobody authenticates by SASL, it is refused.
internal sealed class SaslHandshakeHandler : ApiHandler<SaslHandshakeRequest, SaslHandshakeResponse>
{
    protected override ValueTask HandleAsync(
        SaslHandshakeRequest request, SaslHandshakeResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Connection.Sasl is { } gate) return gate.HandshakeAsync(request.Mechanism, response, context, cancellationToken);
        response.ErrorCode = ErrorCode.IllegalSaslState;
        return ValueTask.CompletedTask;
    }

    protected override void Fail(SaslHandshakeRequest request, SaslHandshakeResponse response, ErrorCode error) => response.ErrorCode = error;
}
