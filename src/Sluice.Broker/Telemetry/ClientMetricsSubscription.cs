using System.Collections.Immutable;
using System.Text;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Telemetry;

/// <summary>What one client is asked for: what all subscriptions that mean it ask for together (KIP-714).</summary>
/// <param name="Id">Changes with what is asked for; another one for each client.</param>
/// <param name="IntervalMs">Time between two pushes: the shortest that is asked for.</param>
/// <param name="Prefixes">Of metric names; a single <c>*</c> = all; empty = none.</param>
internal sealed record ClientMetricsSubscription(int Id, int IntervalMs, ImmutableArray<string> Prefixes)
{
    private const string All = "*";

    /// <summary>Adds up the subscriptions that mean a client.</summary>
    /// <param name="instanceId">The client.</param>
    /// <param name="matching">Those that mean it, in any order.</param>
    public static ClientMetricsSubscription Merge(Uuid instanceId, IReadOnlyCollection<ClientMetricsSettings> matching)
    {
        SortedSet<string> prefixes = new(matching.SelectMany(static settings => settings.GetList(ClientMetricsConfigKeys.Metrics)), StringComparer.Ordinal);
        if (prefixes.Contains(All)) prefixes = [All];
        int intervalMs = matching.Select(static settings => settings.GetInt(ClientMetricsConfigKeys.IntervalMs)).DefaultIfEmpty((int)ClientMetricsConfigKeys.IntervalMs.Default.Number).Min();
        byte[] text = Encoding.UTF8.GetBytes($"{string.Join(',', prefixes)} {intervalMs}");
        return new ClientMetricsSubscription((int)Crc32C.Compute(text) ^ instanceId.GetHashCode(), intervalMs, [.. prefixes]);
    }

    /// <summary>Whether a metric is asked for.</summary>
    public bool Wants(string metric)
    {
        foreach (string prefix in Prefixes)
        {
            if (prefix == All || metric.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }
        return false;
    }
}
