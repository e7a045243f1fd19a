using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// SaslAuthenticate, key 36, v0–v2.
// One message of the mechanism that SaslHandshake chose. v1 the length of the session (KIP-368). v2 flexible.
internal sealed class SaslAuthenticateHandler : ApiHandler<SaslAuthenticateRequest, SaslAuthenticateResponse>
{
    protected override ValueTask HandleAsync(
        SaslAuthenticateRequest request, SaslAuthenticateResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Connection.Sasl is { } gate) return gate.AuthenticateAsync(request.AuthBytes, response, context, cancellationToken);
        Fail(request, response, ErrorCode.IllegalSaslState);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(SaslAuthenticateRequest request, SaslAuthenticateResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = error == ErrorCode.IllegalSaslState ? "SaslAuthenticate request received after successful authentication" : ErrorCodes.Meaning(error);
    }
}
