using Sluice.Broker.Requests;
using Sluice.Broker.Security;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AlterUserScramCredentials, key 51, v0.
// Sets and removes SCRAM credentials (KIP-554). Passwords never come here: the client salts and hashes, and what is stored is derived from that.
// Each user succeeds or fails alone.
internal sealed class AlterUserScramCredentialsHandler(BrokerServices services)
    : ApiHandler<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>
{
    protected override async ValueTask HandleAsync(
        AlterUserScramCredentialsRequest request, AlterUserScramCredentialsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        ScramAlteration alteration = new([], []);
        await services.Store.UpdateAsync(image => (alteration = ScramAlteration.Plan(request, image)).Changes, cancellationToken).ConfigureAwait(false);
        foreach ((string user, (ErrorCode error, string? message)) in alteration.Results)
        {
            AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult result = response.Results.Add();
            result.User = user;
            result.ErrorCode = error;
            result.ErrorMessage = message;
        }
        if (alteration.Changes.Count == 0) return;
        int removedCount = alteration.Changes.Count(static change => change is ScramCredentialRemoved);
        BrokerLog.ScramCredentialsChanged(services.Logger, context.Principal.ToString(), alteration.Changes.Count - removedCount, removedCount);
    }

    protected override void Fail(AlterUserScramCredentialsRequest request, AlterUserScramCredentialsResponse response, ErrorCode error)
    {
        IEnumerable<string> users = request.Deletions.Select(static deletion => deletion.Name).Concat(request.Upsertions.Select(static upsertion => upsertion.Name));
        foreach (string user in users.Distinct())
        {
            AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult result = response.Results.Add();
            result.User = user;
            result.ErrorCode = error;
            result.ErrorMessage = ErrorCodes.Meaning(error);
        }
    }
}
