using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>Fetch requests that scenarios of other APIs look at their results with.</summary>
internal static class Reading
{
    /// <summary>Everything from <paramref name="offset"/> on, at once.</summary>
    public static FetchRequest From(Topic topic, long offset, int partition = 0) => new()
    {
        MaxWaitMs = 0,
        MinBytes = 0,
        MaxBytes = 50 << 20,
        Topics =
        {
            new()
            {
                Topic = topic.Name,
                TopicId = topic.Id,
                Partitions = { new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = 50 << 20 } },
            },
        },
    };
}
