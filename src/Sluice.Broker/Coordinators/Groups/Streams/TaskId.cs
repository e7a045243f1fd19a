namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>One task of a Kafka Streams application: a part of its topology, on one partition of each of that part's topics.</summary>
/// <param name="Subtopology">Id of the part.</param>
/// <param name="Partition">0 or more.</param>
internal readonly record struct TaskId(string Subtopology, int Partition) : IComparable<TaskId>
{
    /// <summary>By subtopology, then by partition.</summary>
    public int CompareTo(TaskId other)
    {
        int order = string.CompareOrdinal(Subtopology, other.Subtopology);
        return order != 0 ? order : Partition.CompareTo(other.Partition);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Subtopology}_{Partition}";
}
