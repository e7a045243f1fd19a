using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Quotas;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AlterClientQuotas, key 49, v0–v1 (KIP-546).
// Sets and takes away quotas, each entity succeeding or failing alone; in effect when this answers. ValidateOnly does all but the change.
internal sealed class AlterClientQuotasHandler(BrokerServices services) : ApiHandler<AlterClientQuotasRequest, AlterClientQuotasResponse>
{
    protected override async ValueTask HandleAsync(
        AlterClientQuotasRequest request, AlterClientQuotasResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.AlterConfigs);
        await services.Topics.ChangeAsync(
            current =>
            {
                response.Entries.Clear();
                List<MetadataChange> changes = Plan(request, current.Image, response);
                return request.ValidateOnly ? [] : changes;
            },
            cancellationToken).ConfigureAwait(false);
    }

    protected override void Fail(AlterClientQuotasRequest request, AlterClientQuotasResponse response, ErrorCode error)
    {
        foreach (AlterClientQuotasRequest.EntryData entry in request.Entries) Add(response, entry, error, ErrorCodes.Meaning(error));
    }

    private static List<MetadataChange> Plan(AlterClientQuotasRequest request, MetadataImage image, AlterClientQuotasResponse response)
    {
        List<MetadataChange> changes = [];
        foreach (AlterClientQuotasRequest.EntryData entry in request.Entries)
        {
            ClientQuotaAlteration alteration = ClientQuotaAlteration.Plan(
                [.. entry.Entity.Select(static part => (part.EntityType, part.EntityName))],
                [.. entry.Ops.Select(static operation => (operation.Key, operation.Remove ? (double?)null : operation.Value))],
                image);
            Add(response, entry, alteration.ErrorCode, alteration.Message);
            if (alteration.Change is null) continue;
            changes.Add(alteration.Change);
            // A later entry for the same entity sees what this one did.
            image = image.Apply([alteration.Change]);
        }
        return changes;
    }

    private static void Add(AlterClientQuotasResponse response, AlterClientQuotasRequest.EntryData asked, ErrorCode error, string? message)
    {
        AlterClientQuotasResponse.EntryData entry = response.Entries.Add();
        entry.ErrorCode = error;
        entry.ErrorMessage = message;
        foreach (AlterClientQuotasRequest.EntityData part in asked.Entity)
        {
            AlterClientQuotasResponse.EntityData answered = entry.Entity.Add();
            answered.EntityType = part.EntityType;
            answered.EntityName = part.EntityName;
        }
    }
}
