using Sluice.Broker.Requests;
using Sluice.Broker.Security.Tokens;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// RenewDelegationToken, key 39, v1–v2.
// Lets a token count for longer, within its greatest age. v2 flexible.
internal sealed class RenewDelegationTokenHandler(DelegationTokens tokens) : ApiHandler<RenewDelegationTokenRequest, RenewDelegationTokenResponse>
{
    protected override async ValueTask HandleAsync(
        RenewDelegationTokenRequest request, RenewDelegationTokenResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        (response.ExpiryTimestampMs, response.ErrorCode) = DelegationTokenRequests.IsAllowed(context)
            ? await tokens.RenewAsync(request.Hmac, context.Principal, request.RenewPeriodMs, cancellationToken).ConfigureAwait(false)
            : (-1, ErrorCode.DelegationTokenRequestNotAllowed);
    }

    protected override void Fail(RenewDelegationTokenRequest request, RenewDelegationTokenResponse response, ErrorCode error) => response.ErrorCode = error;
}
