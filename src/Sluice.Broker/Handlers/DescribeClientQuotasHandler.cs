using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Quotas;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeClientQuotas, key 48, v0–v1 (KIP-546).
// Lists the quotas of the entities that match a filter.
internal sealed class DescribeClientQuotasHandler(BrokerServices services) : ApiHandler<DescribeClientQuotasRequest, DescribeClientQuotasResponse>
{
    protected override ValueTask HandleAsync(
        DescribeClientQuotasRequest request, DescribeClientQuotasResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.DescribeConfigs);
        (response.ErrorCode, response.ErrorMessage) = ClientQuotaFilter.Read(
            [.. request.Components.Select(static component => (component.EntityType, component.MatchType, component.Match))], request.Strict, out ClientQuotaFilter filter);
        if (response.ErrorCode != ErrorCode.None)
        {
            response.Entries = null;
            return ValueTask.CompletedTask;
        }
        // Kafka's client shows the text of an answer only with an error; its broker sends an empty one otherwise.
        response.ErrorMessage = "";
        response.Entries = [];
        foreach ((ClientQuotaEntity entity, ClientQuotaLimits limits) in services.Store.Current.ClientQuotas)
        {
            if (!filter.Matches(entity)) continue;
            DescribeClientQuotasResponse.EntryData entry = response.Entries.Add();
            foreach ((string type, string? name) in entity.Parts())
            {
                DescribeClientQuotasResponse.EntityData part = entry.Entity.Add();
                part.EntityType = type;
                part.EntityName = name;
            }
            foreach (ClientQuotaKey key in ClientQuotaKeys.All)
            {
                if (limits[key] is not { } limit) continue;
                DescribeClientQuotasResponse.ValueData value = entry.Values.Add();
                value.Key = ClientQuotaKeys.NameOf(key);
                value.Value = limit;
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeClientQuotasRequest request, DescribeClientQuotasResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = null;
        response.Entries = null;
    }
}
