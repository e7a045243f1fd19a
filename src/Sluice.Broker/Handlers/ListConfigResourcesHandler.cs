using System.Globalization;
using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ListConfigResources, key 74, v0–v1.
// Names what settings can belong to: topics and brokers that are there, groups and client metrics that have settings.
// v0 client metrics only (KIP-714). v1 all kinds (KIP-1142).
internal sealed class ListConfigResourcesHandler(BrokerServices services) : ApiHandler<ListConfigResourcesRequest, ListConfigResourcesResponse>
{
    private static readonly ConfigResourceType[] s_all =
        [ConfigResourceType.Topic, ConfigResourceType.Broker, ConfigResourceType.BrokerLogger, ConfigResourceType.ClientMetrics, ConfigResourceType.Group];

    protected override ValueTask HandleAsync(
        ListConfigResourcesRequest request, ListConfigResourcesResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.DescribeConfigs);
        ConfigResourceType[] wanted = context.ApiVersion == 0
            ? [ConfigResourceType.ClientMetrics]
            : request.ResourceTypes.Count == 0 ? s_all : [.. request.ResourceTypes.Select(static type => (ConfigResourceType)type).Distinct()];
        if (wanted.Except(s_all).Any()) throw new RequestRefusedException(ErrorCode.UnsupportedVersion);
        MetadataImage image = services.Store.Current;
        foreach (ConfigResourceType type in s_all.Intersect(wanted))
        {
            foreach (string name in NamesOf(type, image).Order(StringComparer.Ordinal))
            {
                ListConfigResourcesResponse.ConfigResource resource = response.ConfigResources.Add();
                resource.ResourceName = name;
                resource.ResourceType = (sbyte)type;
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(ListConfigResourcesRequest request, ListConfigResourcesResponse response, ErrorCode error) => response.ErrorCode = error;

    private IEnumerable<string> NamesOf(ConfigResourceType type, MetadataImage image) => type switch
    {
        ConfigResourceType.Topic => image.TopicsByName.Keys,
        ConfigResourceType.Broker or ConfigResourceType.BrokerLogger => [services.BrokerId.ToString(CultureInfo.InvariantCulture)],
        _ => image.Configs.Keys.Where(resource => resource.Type == type).Select(static resource => resource.Name),
    };
}
