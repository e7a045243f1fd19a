using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class DescribeClusterScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeCluster, "Brokers, operations and kinds of endpoints", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DescribeCluster))
            {
                await s.Send(new DescribeClusterRequest(), version, "plain");
                await s.Send(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, version, "with operations");
                if (version < 1) continue;
                foreach (sbyte type in new sbyte[] { 0, 1, 2, 3, -1 }) await s.Send(new DescribeClusterRequest { EndpointType = type }, version, $"endpoint type {type}");
                if (version < 2) continue;
                await s.Send(new DescribeClusterRequest { IncludeFencedBrokers = true }, version, "with fenced brokers");
            }
        }),
    ];
}
