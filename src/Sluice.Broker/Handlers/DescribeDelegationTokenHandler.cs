using Sluice.Broker.Requests;
using Sluice.Broker.Security;
using Sluice.Broker.Security.Tokens;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Tokens;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeDelegationToken, key 41, v1–v3.
// Lists the tokens that a client owns, asked for, may renew or is allowed to see, with their secrets; those of certain users are those that these own,
// asked for or may renew, as in Kafka. v2 flexible. v3 who asked for them (KIP-373).
internal sealed class DescribeDelegationTokenHandler(DelegationTokens tokens) : ApiHandler<DescribeDelegationTokenRequest, DescribeDelegationTokenResponse>
{
    protected override ValueTask HandleAsync(
        DescribeDelegationTokenRequest request, DescribeDelegationTokenResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!DelegationTokenRequests.IsAllowed(context))
        {
            response.ErrorCode = ErrorCode.DelegationTokenRequestNotAllowed;
            return ValueTask.CompletedTask;
        }
        if (tokens.Secrets is not { } secrets)
        {
            response.ErrorCode = ErrorCode.DelegationTokenAuthDisabled;
            return ValueTask.CompletedTask;
        }
        HashSet<string>? owners = request.Owners is null ? null : [.. request.Owners.Select(static owner => $"{owner.PrincipalType}:{owner.PrincipalName}")];
        string caller = context.Principal.ToString();
        foreach (DelegationToken token in tokens.All.OrderBy(static token => token.TokenId, StringComparer.Ordinal))
        {
            if (owners is not null && !owners.Contains(token.Owner) && !owners.Contains(token.Requester) && !token.Renewers.Any(owners.Contains)) continue;
            if (IsVisible(token, caller, context)) Describe(response, context.ApiVersion, token, secrets.HmacOf(token.TokenId));
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeDelegationTokenRequest request, DescribeDelegationTokenResponse response, ErrorCode error) => response.ErrorCode = error;

    private static bool IsVisible(DelegationToken token, string caller, RequestContext context) =>
        token.Owner == caller || token.Requester == caller || token.Renewers.Contains(caller)
        || context.IsAllowed(AclOperation.Describe, AclResourceType.DelegationToken, token.TokenId, isAudited: false)
        || context.IsAllowed(AclOperation.DescribeTokens, AclResourceType.User, token.Owner, isAudited: false);

    private static void Describe(DescribeDelegationTokenResponse response, short version, DelegationToken token, byte[] hmac)
    {
        DescribeDelegationTokenResponse.DescribedDelegationToken described = response.Tokens.Add();
        if (KafkaPrincipal.TryParse(token.Owner, out KafkaPrincipal? owner)) (described.PrincipalType, described.PrincipalName) = (owner.Type, owner.Name);
        if (version >= 3 && KafkaPrincipal.TryParse(token.Requester, out KafkaPrincipal? requester))
            (described.TokenRequesterPrincipalType, described.TokenRequesterPrincipalName) = (requester.Type, requester.Name);
        described.IssueTimestamp = token.IssueTimestampMs;
        described.ExpiryTimestamp = token.ExpiryTimestampMs;
        described.MaxTimestamp = token.MaxTimestampMs;
        described.TokenId = token.TokenId;
        described.Hmac = hmac;
        foreach (string text in token.Renewers)
        {
            if (!KafkaPrincipal.TryParse(text, out KafkaPrincipal? renewer)) continue;
            DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer entry = described.Renewers.Add();
            (entry.PrincipalType, entry.PrincipalName) = (renewer.Type, renewer.Name);
        }
    }
}
