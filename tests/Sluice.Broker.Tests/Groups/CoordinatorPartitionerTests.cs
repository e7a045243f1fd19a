using Sluice.Broker.Coordinators.Runtime;

namespace Sluice.Broker.Tests.Groups;

/// <summary>Groups must be found where Kafka put them.</summary>
public sealed class CoordinatorPartitionerTests
{
    // Java: "…".hashCode(), made positive, modulo 50.
    [Theory]
    [InlineData("", 0)]
    [InlineData("g1", 42)]
    [InlineData("console-consumer-1", 24)]
    [InlineData("polygenelubricants", 0)] // Its hash is the one number without a magnitude.
    public void The_partition_is_that_of_kafka(string group, int expected) => CoordinatorPartitioner.PartitionFor(group, 50).ShouldBe(expected);
}
