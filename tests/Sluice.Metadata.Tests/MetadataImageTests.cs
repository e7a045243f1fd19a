using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Metadata.Tests;

public sealed class MetadataImageTests
{
    private static readonly MetadataImage s_empty = MetadataImage.Empty(Stores.ClusterId);

    [Fact]
    public void A_created_topic_is_found_by_name_and_by_id()
    {
        MetadataImage image = s_empty.Apply([Stores.Topic("orders", 1, partitionsCount: 2)]);

        image.Version.ShouldBe(1);
        image.FindTopic("orders").ShouldBeSameAs(image.FindTopic(Stores.Id(1)));
        image.FindTopic("orders")!.FindPartition(1)!.Leader.ShouldBe(1);
        image.FindTopic("orders")!.FindPartition(2).ShouldBeNull();
        image.FindTopic("orders")!.FindPartition(-1).ShouldBeNull();
        s_empty.TopicsByName.ShouldBeEmpty();
    }

    [Fact]
    public void A_deleted_topic_takes_its_settings_with_it_and_its_name_is_free_again()
    {
        MetadataImage image = s_empty.Apply([Stores.Topic("orders", 1), Stores.Configs(ConfigResource.Topic("orders"), ("retention.ms", "1"))]);

        MetadataImage after = image.Apply([new TopicDeleted("orders", Stores.Id(1)), Stores.Topic("orders", 2)]);

        after.FindTopic("orders")!.Id.ShouldBe(Stores.Id(2));
        after.FindTopic(Stores.Id(1)).ShouldBeNull();
        after.ConfigsOf(ConfigResource.Topic("orders")).ShouldBeEmpty();
    }

    [Fact]
    public void Added_partitions_go_on_where_the_topic_ends()
    {
        MetadataImage image = s_empty.Apply([Stores.Topic("orders", 1)]);

        image.Apply([new PartitionsAdded(Stores.Id(1), [PartitionImage.OnOneBroker(1, 1)])]).FindTopic("orders")!.Partitions.Length.ShouldBe(2);
        Should.Throw<MetadataChangeException>(() => image.Apply([new PartitionsAdded(Stores.Id(1), [PartitionImage.OnOneBroker(2, 1)])]));
    }

    [Fact]
    public void Settings_are_set_replaced_and_taken_back()
    {
        var resource = ConfigResource.Broker(1);
        MetadataImage image = s_empty.Apply([Stores.Configs(resource, ("a", "1"), ("b", "2"))]);

        image = image.Apply([new ConfigsChanged(resource, ImmutableDictionary<string, string>.Empty.Add("b", "3"), ["a", "never.set"])]);
        image.ConfigsOf(resource).ShouldBe([KeyValuePair.Create("b", "3")]);
        image.Apply([new ConfigsChanged(resource, ImmutableDictionary<string, string>.Empty, ["b"])]).Configs.ShouldBeEmpty();
    }

    [Fact]
    public void Producer_ids_are_taken_in_blocks_of_a_thousand()
    {
        MetadataImage image = s_empty.Apply([ProducerIdBlockAllocated.Next(s_empty, 1)]);

        ProducerIdBlockAllocated.Next(image, 1).ShouldBe(new ProducerIdBlockAllocated(1000, 1000, 1));
        Should.Throw<MetadataChangeException>(() => image.Apply([new ProducerIdBlockAllocated(999, 1000, 1)]));
        Should.Throw<MetadataChangeException>(() => image.Apply([new ProducerIdBlockAllocated(long.MaxValue - 999, 1000, 1)]));
    }

    [Fact]
    public void A_change_that_does_not_fit_leaves_nothing_behind()
    {
        MetadataImage image = s_empty.Apply([Stores.Topic("orders", 1)]);
        MetadataChange[] mistakes =
        [
            Stores.Topic("orders", 2), Stores.Topic("other", 1), Stores.Topic("../etc", 3), new TopicCreated("none", Stores.Id(4), []),
            new TopicCreated("none", Uuid.Zero, [PartitionImage.OnOneBroker(0, 1)]), new TopicDeleted("orders", Stores.Id(9)),
            new TopicDeleted("other", Stores.Id(1)), Stores.Configs(ConfigResource.Topic("none"), ("a", "1")),
            Stores.Configs(new ConfigResource(ConfigResourceType.BrokerLogger, "1"), ("a", "1")), new ProducerIdBlockAllocated(0, 0, 1),
        ];

        foreach (MetadataChange mistake in mistakes)
        {
            Should.Throw<MetadataChangeException>(() => image.Apply([Stores.Topic("first", 5), mistake]));
        }
        image.TopicsByName.Keys.ShouldBe(["orders"]);
    }
}
