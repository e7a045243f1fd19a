using Sluice.Protocol;

namespace Sluice.Broker.Handlers;

/// <summary>What requests to change the voters of the metadata quorum are answered.</summary>
internal static class RaftVoters
{
    /// <summary>The refusal.</summary>
    /// <param name="clusterId">As sent; null = any.</param>
    /// <param name="services">Know the cluster.</param>
    public static (ErrorCode Error, string Message) Refuse(string? clusterId, BrokerServices services) =>
        clusterId is not null && clusterId != services.Store.Current.ClusterId
            ? (ErrorCode.InconsistentClusterId, $"This is the cluster {services.Store.Current.ClusterId}.")
            : (ErrorCode.UnsupportedVersion, "The metadata is kept by one node; there is no quorum whose voters could change.");
}
