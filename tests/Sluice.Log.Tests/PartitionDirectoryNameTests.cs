namespace Sluice.Log.Tests;

public sealed class PartitionDirectoryNameTests
{
    [Theory]
    [InlineData("orders-0", "orders", 0, (int)PartitionDirectoryKind.Live)]
    [InlineData("a-b-c-12", "a-b-c", 12, (int)PartitionDirectoryKind.Live)]
    [InlineData("a.b_c-7", "a.b_c", 7, (int)PartitionDirectoryKind.Live)]
    [InlineData("-0-0", "-0", 0, (int)PartitionDirectoryKind.Live)]
    [InlineData("a.b-3.0123456789abcdef0123456789abcdef-delete", "a.b", 3, (int)PartitionDirectoryKind.Delete)]
    [InlineData("orders-3.0123456789abcdef0123456789abcdef-future", "orders", 3, (int)PartitionDirectoryKind.Future)]
    [InlineData("orders-3.0123456789abcdef0123456789abcdef-stray", "orders", 3, (int)PartitionDirectoryKind.Stray)]
    public void Names_are_split_at_the_last_dash(string name, string topic, int partition, int kind)
    {
        PartitionDirectoryName.TryParse(name, out TopicPartition topicPartition, out PartitionDirectoryKind parsedKind).ShouldBeTrue();
        topicPartition.ShouldBe(new TopicPartition(topic, partition));
        ((int)parsedKind).ShouldBe(kind);
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("-1")]
    [InlineData("orders-x")]
    [InlineData("orders-99999999999")]
    [InlineData("orders-delete")]
    [InlineData("lost+found")]
    public void Other_names_are_no_partition(string name) => PartitionDirectoryName.TryParse(name, out _, out _).ShouldBeFalse();

    [Fact]
    public void Names_for_removal_stay_within_255_characters()
    {
        var longest = new TopicPartition(new string('t', 249), 1000);
        string name = PartitionDirectoryName.ForDeletion(longest, Guid.NewGuid());
        name.Length.ShouldBe(255);
        PartitionDirectoryName.TryParse(name, out TopicPartition parsed, out PartitionDirectoryKind kind).ShouldBeTrue();
        parsed.Partition.ShouldBe(1000);
        kind.ShouldBe(PartitionDirectoryKind.Delete);
    }
}
