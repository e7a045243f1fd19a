using Sluice.Broker.Requests;
using Sluice.Broker.Security;
using Sluice.Broker.Security.Tokens;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Tokens;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// CreateDelegationToken, key 38, v1–v3.
// Makes a token that stands for its owner (KIP-48). v2 flexible. v3 for somebody else than who asks (KIP-373).
internal sealed class CreateDelegationTokenHandler(DelegationTokens tokens) : ApiHandler<CreateDelegationTokenRequest, CreateDelegationTokenResponse>
{
    protected override async ValueTask HandleAsync(
        CreateDelegationTokenRequest request, CreateDelegationTokenResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        KafkaPrincipal requester = context.Principal;
        KafkaPrincipal owner = string.IsNullOrEmpty(request.OwnerPrincipalName) ? requester : new KafkaPrincipal(request.OwnerPrincipalType ?? "", request.OwnerPrincipalName);
        (response.PrincipalType, response.PrincipalName) = (owner.Type, owner.Name);
        if (context.ApiVersion >= 3) (response.TokenRequesterPrincipalType, response.TokenRequesterPrincipalName) = (requester.Type, requester.Name);
        response.ErrorCode = Check(request, owner, requester, context);
        if (response.ErrorCode != ErrorCode.None)
        {
            response.IssueTimestampMs = response.ExpiryTimestampMs = response.MaxTimestampMs = -1;
            return;
        }
        KafkaPrincipal[] renewers = [.. request.Renewers.Select(static renewer => new KafkaPrincipal(renewer.PrincipalType, renewer.PrincipalName))];
        (DelegationToken? token, response.ErrorCode) = await tokens.CreateAsync(owner, requester, renewers, request.MaxLifetimeMs, cancellationToken).ConfigureAwait(false);
        if (token is null) return;
        response.IssueTimestampMs = token.IssueTimestampMs;
        response.ExpiryTimestampMs = token.ExpiryTimestampMs;
        response.MaxTimestampMs = token.MaxTimestampMs;
        response.TokenId = token.TokenId;
        response.Hmac = tokens.Secrets!.HmacOf(token.TokenId);
    }

    private static ErrorCode Check(CreateDelegationTokenRequest request, KafkaPrincipal owner, KafkaPrincipal requester, RequestContext context)
    {
        if (!DelegationTokenRequests.IsAllowed(context)) return ErrorCode.DelegationTokenRequestNotAllowed;
        if (owner != requester && !context.IsAllowed(AclOperation.CreateTokens, AclResourceType.User, owner.ToString())) return ErrorCode.DelegationTokenAuthorizationFailed;
        return request.Renewers.All(static renewer => renewer.PrincipalType == KafkaPrincipal.UserType) ? ErrorCode.None : ErrorCode.InvalidPrincipalType;
    }

    protected override void Fail(CreateDelegationTokenRequest request, CreateDelegationTokenResponse response, ErrorCode error) => response.ErrorCode = error;
}
