using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class DescribeTopicPartitionsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeTopicPartitions, "Topics by name, in whatever order", async s =>
        {
            Topic one = await s.Topic("one", 3);
            Topic two = await s.Topic("two");
            await s.Send(Named(one.Name), 0, "one");
            await s.Send(Named(two.Name, one.Name), 0, "two, unsorted");
            await s.Send(Named(two.Name, one.Name, two.Name), 0, "one twice");
            await s.Send(Named(one.Name, s.Name("missing"), two.Name), 0, "one missing");
            await s.Send(Named("a b"), 0, "impossible name");
            await s.Send(Named(""), 0, "empty name");
        }),
        new(ApiKey.DescribeTopicPartitions, "Limited answers and what comes after them", async s =>
        {
            Topic one = await s.Topic("one", 3);
            Topic two = await s.Topic("two", 2);
            foreach (int limit in new[] { 1, 2, 3, 4, 5, 100, 0, -1, int.MaxValue })
            {
                DescribeTopicPartitionsRequest request = Named(one.Name, two.Name);
                request.ResponsePartitionLimit = limit;
                DescribeTopicPartitionsResponse? response = await s.Send(request, 0, $"limit {limit}");
                for (int page = 2; response?.NextCursor is { } next && page < 8; page++)
                {
                    request.Cursor = new() { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex };
                    response = await s.Send(request, 0, $"limit {limit}, page {page}");
                }
            }
        }),
        new(ApiKey.DescribeTopicPartitions, "Cursors that point elsewhere", async s =>
        {
            Topic one = await s.Topic("one", 3);
            Topic two = await s.Topic("two", 2);
            foreach ((string topic, int partition, string what) in new[]
            {
                (one.Name, 1, "into the first topic"), (two.Name, 0, "at the second topic"), (two.Name, 2, "behind its last partition"),
                (two.Name, 99, "far behind"), (one.Name, -1, "before its first partition"), (one.Name + "z", 0, "a topic not asked for"), ("", 0, "no topic"),
            })
            {
                DescribeTopicPartitionsRequest request = Named(one.Name, two.Name);
                request.Cursor = new() { TopicName = topic, PartitionIndex = partition };
                await s.Send(request, 0, what);
            }
        }),
        new(ApiKey.DescribeTopicPartitions, "All topics from a cursor on", async s =>
        {
            Topic one = await s.Topic("one", 3);
            await s.Send(new DescribeTopicPartitionsRequest { ResponsePartitionLimit = 2, Cursor = new() { TopicName = one.Name, PartitionIndex = 1 } }, 0, "from its second partition");
            await s.Send(new DescribeTopicPartitionsRequest { ResponsePartitionLimit = 2, Cursor = new() { TopicName = one.Name, PartitionIndex = -5 } }, 0, "negative partition");
        }),
    ];

    private static DescribeTopicPartitionsRequest Named(params string[] names)
    {
        DescribeTopicPartitionsRequest request = new();
        foreach (string name in names) request.Topics.Add(new() { Name = name });
        return request;
    }
}
