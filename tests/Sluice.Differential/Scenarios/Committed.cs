using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>What those ask who read committed records.</summary>
internal static class Committed
{
    private const sbyte ReadCommitted = 1;

    public static FetchRequest From(Topic topic, long offset, int partitionMaxBytes = 50 << 20)
    {
        FetchRequest request = Reading.From(topic, offset);
        request.IsolationLevel = ReadCommitted;
        request.Topics[0].Partitions[0].PartitionMaxBytes = partitionMaxBytes;
        return request;
    }

    public static ListOffsetsRequest Latest(Topic topic, bool isCommitted, long timestamp = -1) => new()
    {
        ReplicaId = -1,
        IsolationLevel = isCommitted ? ReadCommitted : (sbyte)0,
        Topics = { new() { Name = topic.Name, Partitions = { new() { PartitionIndex = 0, Timestamp = timestamp } } } },
    };
}
