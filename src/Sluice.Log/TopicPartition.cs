namespace Sluice.Log;

/// <summary>Names one partition of one topic.</summary>
/// <param name="Topic">Topic name: 1 to 249 characters of <c>[a-zA-Z0-9._-]</c>.</param>
/// <param name="Partition">Number of the partition within its topic, from 0.</param>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    /// <summary>Renders the name of the partition's directory, <c>topic-partition</c>.</summary>
    public override string ToString() => $"{Topic}-{Partition}";
}
