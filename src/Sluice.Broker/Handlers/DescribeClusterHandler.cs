using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeCluster, key 60, v0–v2.
// Names the cluster and its brokers as seen from the listener that was asked (KIP-700). v1 endpoint type (KIP-919). v2 fenced brokers.
internal sealed class DescribeClusterHandler(BrokerServices services) : ApiHandler<DescribeClusterRequest, DescribeClusterResponse>
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    protected override ValueTask HandleAsync(
        DescribeClusterRequest request, DescribeClusterResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.EndpointType != Brokers)
        {
            response.ErrorCode = request.EndpointType == Controllers ? ErrorCode.MismatchedEndpointType : ErrorCode.UnsupportedEndpointType;
            response.ErrorMessage = request.EndpointType == Controllers
                ? "This listener belongs to a broker; controllers are asked on a controller listener."
                : $"Endpoint type {request.EndpointType} is not known.";
            return ValueTask.CompletedTask;
        }
        response.ClusterId = services.Topics.Table.Image.ClusterId;
        response.ControllerId = services.BrokerId;
        DescribeClusterResponse.DescribeClusterBroker broker = response.Brokers.Add();
        broker.BrokerId = services.BrokerId;
        broker.Host = context.Connection.Listener.AdvertisedHost;
        broker.Port = context.Connection.Listener.AdvertisedPort;
        broker.Rack = services.Settings.Rack;
        if (request.IncludeClusterAuthorizedOperations) response.ClusterAuthorizedOperations = context.ClusterAuthorizedOperations();
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeClusterRequest request, DescribeClusterResponse response, ErrorCode error) => response.ErrorCode = error;
}
