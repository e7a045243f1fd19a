namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>Which partition of an internal topic a group, a transactional id or a share partition belongs to.</summary>
internal static class CoordinatorPartitioner
{
    /// <summary>The partition of <paramref name="key"/>: Java's <c>String.hashCode</c>, made positive, modulo the partition count.</summary>
    /// <param name="key">UTF-16, as both sides hash it.</param>
    /// <param name="partitionCount">1 or more.</param>
    public static int PartitionFor(string key, int partitionCount)
    {
        int hash = 0;
        foreach (char unit in key) hash = unchecked((31 * hash) + unit);

        // As Kafka: the one number whose magnitude does not fit is taken for 0.
        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitionCount;
    }
}
