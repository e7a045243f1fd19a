using System.Globalization;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

public sealed partial class AdminClient
{
    private const sbyte SetOperation = 0;
    private const sbyte DeleteOperation = 1;

    /// <summary>Reads every setting of something.</summary>
    /// <param name="resource">What.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>In ascending order of their names.</returns>
    /// <exception cref="KafkaException">There is no such thing, or it must not be seen.</exception>
    public async Task<IReadOnlyList<ConfigEntry>> DescribeConfigsAsync(ConfigResource resource, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var request = new DescribeConfigsRequest();
        DescribeConfigsRequest.DescribeConfigsResource asked = request.Resources.Add();
        asked.ResourceType = (sbyte)resource.Type;
        asked.ResourceName = resource.Name;
        asked.ConfigurationKeys = null;
        KafkaConnection connection = await ConnectionForAsync(resource, cancellationToken).ConfigureAwait(false);
        DescribeConfigsResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        DescribeConfigsResponse.DescribeConfigsResult result = response.Results[0];
        ThrowIfError(result.ErrorCode, result.ErrorMessage, resource.ToString());
        return [.. result.Configs
            .Select(entry => new ConfigEntry(
                entry.Name, entry.Value, (ConfigSource)entry.ConfigSource, entry.ReadOnly, entry.IsSensitive, entry.Documentation))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <summary>Changes settings; those that are not named stay as they are.</summary>
    /// <param name="resource">Whose.</param>
    /// <param name="changes">All of them happen or none.</param>
    /// <param name="cancellationToken">Gives up waiting; they may have happened then.</param>
    /// <exception cref="KafkaException">The broker refused one of them.</exception>
    public async Task AlterConfigsAsync(ConfigResource resource, IEnumerable<ConfigChange> changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(changes);
        var request = new IncrementalAlterConfigsRequest();
        IncrementalAlterConfigsRequest.AlterConfigsResource asked = request.Resources.Add();
        asked.ResourceType = (sbyte)resource.Type;
        asked.ResourceName = resource.Name;
        foreach (ConfigChange change in changes)
        {
            IncrementalAlterConfigsRequest.AlterableConfig config = asked.Configs.Add();
            config.Name = change.Name;
            config.ConfigOperation = change.Value is null ? DeleteOperation : SetOperation;
            config.Value = change.Value;
        }

        KafkaConnection connection = await ConnectionForAsync(resource, cancellationToken).ConfigureAwait(false);
        IncrementalAlterConfigsResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        IncrementalAlterConfigsResponse.AlterConfigsResourceResponse result = response.Responses[0];
        ThrowIfError(result.ErrorCode, result.ErrorMessage, resource.ToString());
    }

    // What concerns one broker is answered by that broker only.
    private Task<KafkaConnection> ConnectionForAsync(ConfigResource resource, CancellationToken cancellationToken) =>
        resource.Type is ConfigResourceType.Broker or ConfigResourceType.BrokerLogger
            && int.TryParse(resource.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int brokerId)
            ? _cluster.BrokerAsync(brokerId, cancellationToken)
            : _cluster.AnyAsync(cancellationToken);
}
