using Sluice.Metadata.Configs;

namespace Sluice.Metadata.Tests.Configs;

public sealed class SettingsTests
{
    [Fact]
    public void A_topic_without_settings_has_the_defaults()
    {
        TopicSettings topic = Topic(Broker());

        topic.GetLong(TopicConfigKeys.RetentionMs).ShouldBe(604_800_000);
        topic.GetInt(TopicConfigKeys.SegmentBytes).ShouldBe(1 << 30);
        topic.GetBoolean(TopicConfigKeys.Preallocate).ShouldBeFalse();
        topic.GetDouble(TopicConfigKeys.MinCleanableDirtyRatio).ShouldBe(0.5);
        topic.GetString(TopicConfigKeys.CompressionType).ShouldBe("producer");
        topic.GetList(TopicConfigKeys.CleanupPolicy).ShouldBe(["delete"]);
        topic.SourceOf(TopicConfigKeys.RetentionMs).ShouldBe(ConfigSource.Default);
    }

    [Fact]
    public void Each_layer_wins_over_the_ones_below()
    {
        BrokerSettings all = Broker(given: "message.max.bytes=1", clusterDefaults: "message.max.bytes=2", own: "message.max.bytes=3");

        Topic(Broker(given: "message.max.bytes=1")).GetInt(TopicConfigKeys.MaxMessageBytes).ShouldBe(1);
        Topic(Broker(given: "message.max.bytes=1", clusterDefaults: "message.max.bytes=2")).GetInt(TopicConfigKeys.MaxMessageBytes).ShouldBe(2);
        Topic(all).GetInt(TopicConfigKeys.MaxMessageBytes).ShouldBe(3);
        Topic(all, "max.message.bytes=4").GetInt(TopicConfigKeys.MaxMessageBytes).ShouldBe(4);
        Topic(all, "max.message.bytes=4").SynonymsOf(TopicConfigKeys.MaxMessageBytes).ShouldBe(
        [
            new ConfigOrigin("max.message.bytes", "4", ConfigSource.Topic),
            new ConfigOrigin("message.max.bytes", "3", ConfigSource.DynamicBroker),
            new ConfigOrigin("message.max.bytes", "2", ConfigSource.DynamicDefaultBroker),
            new ConfigOrigin("message.max.bytes", "1", ConfigSource.StaticBroker),
            new ConfigOrigin("message.max.bytes", "1048588", ConfigSource.Default),
        ]);
    }

    [Theory]
    [InlineData("log.retention.hours=1", 3_600_000)]
    [InlineData("log.retention.hours=1;log.retention.minutes=1", 60_000)]
    [InlineData("log.retention.hours=1;log.retention.minutes=1;log.retention.ms=1", 1)]
    [InlineData("log.retention.hours=-1", -1)]
    [InlineData("log.retention.hours=-7", -1)]
    [InlineData("log.retention.minutes=-1", -1)]
    [InlineData("log.retention.ms=-5", -1)]
    [InlineData("log.retention.hours=2147483647", 2147483647L * 3_600_000)]
    public void Retention_is_read_from_the_finest_unit_that_is_set(string given, long retentionMs) =>
        Topic(Broker(given)).GetLong(TopicConfigKeys.RetentionMs).ShouldBe(retentionMs);

    [Fact]
    public void Segment_and_flush_times_fall_back_through_their_broker_keys()
    {
        Topic(Broker("log.roll.hours=2")).GetLong(TopicConfigKeys.SegmentMs).ShouldBe(7_200_000);
        Topic(Broker("log.roll.hours=2;log.roll.ms=5")).GetLong(TopicConfigKeys.SegmentMs).ShouldBe(5);
        Topic(Broker("log.roll.jitter.hours=1")).GetLong(TopicConfigKeys.SegmentJitterMs).ShouldBe(3_600_000);
        Topic(Broker("log.flush.scheduler.interval.ms=7")).GetLong(TopicConfigKeys.FlushMs).ShouldBe(7);
        Topic(Broker("log.flush.scheduler.interval.ms=7;log.flush.interval.ms=8")).GetLong(TopicConfigKeys.FlushMs).ShouldBe(8);
    }

    [Fact]
    public void A_value_set_at_run_time_beats_one_given_at_start_under_another_name() =>
        Topic(Broker(given: "log.retention.minutes=1", clusterDefaults: "log.retention.ms=7")).GetLong(TopicConfigKeys.RetentionMs).ShouldBe(7);

    [Fact]
    public void The_places_of_a_family_are_listed_with_their_own_names_and_units()
    {
        Topic(Broker("log.retention.hours=24")).Describe(TopicConfigKeys.RetentionMs).ShouldSatisfyAllConditions(
            description => description.Value.ShouldBe("86400000"),
            description => description.Source.ShouldBe(ConfigSource.StaticBroker),
            description => description.Synonyms.ShouldBe(
            [
                new ConfigOrigin("log.retention.hours", "24", ConfigSource.StaticBroker),
                new ConfigOrigin("log.retention.hours", "168", ConfigSource.Default),
            ]));
    }

    [Fact]
    public void A_family_that_nobody_touched_lists_no_places() =>
        Topic(Broker()).SynonymsOf(TopicConfigKeys.RetentionMs).ShouldBeEmpty();

    [Fact]
    public void A_broker_key_shows_its_own_value_and_the_places_of_its_family()
    {
        BrokerSettings broker = Broker(given: "log.retention.hours=24", own: "log.retention.ms=5");

        broker.Describe(BrokerConfigKeys.LogRetentionMs).ShouldSatisfyAllConditions(
            description => description.Value.ShouldBe("5"),
            description => description.IsReadOnly.ShouldBeFalse(),
            description => description.Synonyms.Select(origin => origin.Name).ShouldBe(["log.retention.ms", "log.retention.hours", "log.retention.hours"]));
        broker.Describe(BrokerConfigKeys.LogRetentionHours).IsReadOnly.ShouldBeTrue();
    }

    [Fact]
    public void Run_time_values_of_keys_that_cannot_change_there_are_ignored()
    {
        BrokerSettings broker = Broker(clusterDefaults: "num.partitions=5;listeners=PLAINTEXT://:1;message.max.bytes=2", own: "broker.id=4");

        broker.GetInt(BrokerConfigKeys.NumPartitions).ShouldBe(1);
        broker.Ignored.ShouldBe(["broker.id", "listeners", "num.partitions"]);
        broker.DescribeClusterDefaults().Select(description => (description.Key.Name, description.Value)).ShouldBe([("message.max.bytes", "2")]);
    }

    [Fact]
    public void A_stored_value_that_cannot_be_read_is_as_if_not_set()
    {
        TopicSettings topic = Topic(Broker(), "retention.ms=soon;of.another.version=1;segment.ms=9");

        topic.GetLong(TopicConfigKeys.RetentionMs).ShouldBe(604_800_000);
        topic.GetLong(TopicConfigKeys.SegmentMs).ShouldBe(9);
        topic.Ignored.ShouldBe(["of.another.version", "retention.ms"]);
    }

    [Fact]
    public void A_key_of_another_table_or_type_cannot_be_read()
    {
        TopicSettings topic = Topic(Broker());

        Should.Throw<ArgumentException>(() => topic.GetLong(BrokerConfigKeys.LogRetentionMs));
        Should.Throw<ArgumentException>(() => topic.GetInt(TopicConfigKeys.RetentionMs));
        Should.Throw<ArgumentException>(() => topic.GetString(TopicConfigKeys.RetentionMs));
        Should.Throw<ArgumentException>(() => Broker().GetLong(BrokerConfigKeys.LogRetentionMs)).Message.ShouldStartWith("log.retention.ms has no value");
        Broker().HasValue(BrokerConfigKeys.LogRetentionMs).ShouldBeFalse();
    }

    [Fact]
    public void A_node_without_an_id_is_number_one_and_the_older_name_still_counts()
    {
        Broker().NodeId.ShouldBe(1);
        Broker("broker.id=0").NodeId.ShouldBe(0);
        Broker("node.id=5").NodeId.ShouldBe(5);
    }

    [Fact]
    public void The_log_directory_is_log_dirs_before_log_dir()
    {
        Broker("log.dir=/a").LogDirectories.ShouldBe(["/a"]);
        Broker("log.dir=/a;log.dirs=/b").LogDirectories.ShouldBe(["/b"]);
    }

    [Fact]
    public void Group_settings_fall_back_to_the_broker()
    {
        BrokerSettings broker = Broker("group.consumer.session.timeout.ms=50000");

        GroupSettings.Create(broker, Pairs("")).GetInt(GroupConfigKeys.ConsumerSessionTimeoutMs).ShouldBe(50000);
        GroupSettings.Create(broker, Pairs("consumer.session.timeout.ms=46000")).GetInt(GroupConfigKeys.ConsumerSessionTimeoutMs).ShouldBe(46000);
    }

    internal static BrokerSettings Broker(string given = "", string clusterDefaults = "", string own = "") =>
        BrokerSettings.Create(StaticConfig.Create(Pairs(given).Select(pair => new ConfigEntry(pair.Key, pair.Value, "test"))), Pairs(clusterDefaults), Pairs(own));

    private static TopicSettings Topic(BrokerSettings broker, string overrides = "") => TopicSettings.Create(broker, Pairs(overrides));

    internal static Dictionary<string, string> Pairs(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=', 2)[1]);
}
