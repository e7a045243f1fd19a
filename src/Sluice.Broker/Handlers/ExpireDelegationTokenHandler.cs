using Sluice.Broker.Requests;
using Sluice.Broker.Security.Tokens;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ExpireDelegationToken, key 40, v1–v2.
// Sets when a token ends; a negative time ends it at once. v2 flexible.
internal sealed class ExpireDelegationTokenHandler(DelegationTokens tokens) : ApiHandler<ExpireDelegationTokenRequest, ExpireDelegationTokenResponse>
{
    protected override async ValueTask HandleAsync(
        ExpireDelegationTokenRequest request, ExpireDelegationTokenResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        (response.ExpiryTimestampMs, response.ErrorCode) = DelegationTokenRequests.IsAllowed(context)
            ? await tokens.ExpireAsync(request.Hmac, context.Principal, request.ExpiryTimePeriodMs, cancellationToken).ConfigureAwait(false)
            : (-1, ErrorCode.DelegationTokenRequestNotAllowed);
    }

    protected override void Fail(ExpireDelegationTokenRequest request, ExpireDelegationTokenResponse response, ErrorCode error) => response.ErrorCode = error;
}
