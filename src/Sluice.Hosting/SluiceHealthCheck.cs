using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sluice.Broker;

namespace Sluice.Hosting;

/// <summary>Healthy while the broker serves from all of its log directories, degraded while from some.</summary>
/// <remarks>A stopped broker, and one whose directories all failed, is reported as the registration says: unhealthy by default.</remarks>
internal sealed class SluiceHealthCheck(SluiceHostedBroker broker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (broker.Running is not { } server) return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, "the broker is not running"));
        IReadOnlyList<(string Path, string Reason)> offline = server.OfflineLogDirectories;
        Dictionary<string, object> data = new()
        {
            ["brokerId"] = server.BrokerId,
            ["clusterId"] = server.ClusterId,
            ["topics"] = server.TopicCount,
            ["connections"] = server.ConnectionCount,
            ["offlineLogDirectories"] = offline.Select(static directory => directory.Path).ToArray(),
        };
        if (offline.Count == 0) return Task.FromResult(HealthCheckResult.Healthy("the broker is running", data));
        string reasons = string.Join("; ", offline.Select(static directory => $"{directory.Path}: {directory.Reason}"));
        HealthStatus status = offline.Count == server.LogDirectories.Count ? context.Registration.FailureStatus : HealthStatus.Degraded;
        return Task.FromResult(new HealthCheckResult(status, $"log directories are offline: {reasons}", data: data));
    }
}
