using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class DescribeLogDirsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeLogDirs, "Sizes of partitions", async s =>
        {
            Topic one = await s.Topic("one", 3);
            Topic two = await s.Topic("two");
            await s.Append(one, s.Batch(3), partition: 1);
            await s.Append(one, s.Batch(3), partition: 1);
            await s.Append(two, s.Batch(1, valueBytes: 1000));
            foreach (short version in Session.Versions(ApiKey.DescribeLogDirs))
            {
                await s.Send(new DescribeLogDirsRequest { Topics = null }, version, "all");
                await s.Send(new DescribeLogDirsRequest(), version, "an empty list");
                await s.Send(Of((one.Name, [0, 1, 2]), (two.Name, [0])), version, "two topics");
                await s.Send(Of((one.Name, [1])), version, "one partition");
                await s.Send(Of((one.Name, [1, 1, 77])), version, "one twice and one unknown");
                await s.Send(Of((one.Name, [])), version, "no partition");
                await s.Send(Of((s.Name("missing"), [0])), version, "unknown topic");
            }
        }),
    ];

    private static DescribeLogDirsRequest Of(params (string Topic, int[] Partitions)[] topics)
    {
        DescribeLogDirsRequest request = new() { Topics = new() };
        foreach ((string topic, int[] partitions) in topics) request.Topics.Add(new() { Topic = topic, Partitions = [.. partitions] });
        return request;
    }
}
