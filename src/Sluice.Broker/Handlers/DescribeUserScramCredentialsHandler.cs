using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Scram;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Handlers;

// DescribeUserScramCredentials, key 50, v0.
// Tells which users have credentials of which mechanism, and with how many iterations (KIP-554); nothing of the credentials themselves.
internal sealed class DescribeUserScramCredentialsHandler(BrokerServices services)
    : ApiHandler<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>
{
    private static readonly ScramMechanism[] s_mechanisms = [ScramMechanism.Sha256, ScramMechanism.Sha512];

    protected override ValueTask HandleAsync(
        DescribeUserScramCredentialsRequest request, DescribeUserScramCredentialsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Describe);
        MetadataImage image = services.Store.Current;
        string[] asked = request.Users is { Count: > 0 } users
            ? [.. users.Select(static user => user.Name)]
            : [.. image.ScramCredentials.Keys.Select(static user => user.Name).Distinct().Order(StringComparer.Ordinal)];
        bool isAll = request.Users is not { Count: > 0 };
        foreach (IGrouping<string, string> user in asked.GroupBy(static name => name, StringComparer.Ordinal))
            Describe(response.Results.Add(), user.Key, isTwice: !isAll && user.Skip(1).Any(), image);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeUserScramCredentialsRequest request, DescribeUserScramCredentialsResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Meaning(error);
    }

    private static void Describe(DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult result, string user, bool isTwice, MetadataImage image)
    {
        result.User = user;
        if (isTwice)
        {
            result.ErrorCode = ErrorCode.DuplicateResource;
            result.ErrorMessage = $"Cannot describe SCRAM credentials for the same user twice in a single request: {user}";
            return;
        }
        foreach (ScramMechanism mechanism in s_mechanisms)
        {
            if (!image.ScramCredentials.TryGetValue(new ScramUser(user, mechanism), out ScramCredential? credential)) continue;
            DescribeUserScramCredentialsResponse.CredentialInfo info = result.CredentialInfos.Add();
            info.Mechanism = (sbyte)mechanism;
            info.Iterations = credential.Iterations;
        }
        if (result.CredentialInfos.Count > 0) return;
        result.ErrorCode = ErrorCode.ResourceNotFound;
        result.ErrorMessage = $"Attempt to describe a user credential that does not exist: {user}";
    }
}
