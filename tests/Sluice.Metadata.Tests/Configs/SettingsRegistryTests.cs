using System.Collections.Immutable;
using Sluice.Metadata.Configs;

namespace Sluice.Metadata.Tests.Configs;

public sealed class SettingsRegistryTests
{
    [Fact]
    public async Task Settings_follow_the_metadata()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);
        await store.CommitAsync(Stores.Topic("a", 1), Stores.Topic("b", 2), Stores.Configs(ConfigResource.Topic("a"), ("max.message.bytes", "1")));
        using var settings = new SettingsRegistry(StaticConfig.Empty, store);
        Sizes(settings).ShouldBe((1, 1048588, 1048588));

        await store.CommitAsync(Stores.Configs(ConfigResource.ClusterDefaults, ("message.max.bytes", "2")));
        Sizes(settings).ShouldBe((1, 2, 2));

        await store.CommitAsync(Stores.Configs(ConfigResource.Topic("b"), ("max.message.bytes", "3")));
        Sizes(settings).ShouldBe((1, 3, 2));

        await store.CommitAsync(Stores.Configs(ConfigResource.Broker(1), ("message.max.bytes", "4")));
        Sizes(settings).ShouldBe((1, 3, 4));

        await store.CommitAsync(new ConfigsChanged(ConfigResource.Topic("a"), ImmutableDictionary<string, string>.Empty, ["max.message.bytes"]));
        Sizes(settings).ShouldBe((4, 3, 4));

        await store.CommitAsync(new TopicDeleted("b", Stores.Id(2)));
        Sizes(settings).ShouldBe((4, 4, 4));
        settings.Topic("b").ShouldBeSameAs(settings.TopicDefaults);
    }

    [Fact]
    public async Task Views_of_resources_that_did_not_change_stay_the_same()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);
        await store.CommitAsync(Stores.Topic("a", 1), Stores.Configs(ConfigResource.Topic("a"), ("max.message.bytes", "1")));
        using var settings = new SettingsRegistry(StaticConfig.Empty, store);
        TopicSettings topic = settings.Topic("a");
        BrokerSettings broker = settings.Broker;

        await store.CommitAsync(Stores.Topic("b", 2), Stores.Configs(ConfigResource.Broker(99), ("message.max.bytes", "4")));
        await store.CommitAsync(Stores.Configs(ConfigResource.Group("g"), ("consumer.session.timeout.ms", "46000")));

        settings.Topic("a").ShouldBeSameAs(topic);
        settings.Broker.ShouldBeSameAs(broker);
        settings.Group("g").GetInt(GroupConfigKeys.ConsumerSessionTimeoutMs).ShouldBe(46000);
        settings.Group("h").GetInt(GroupConfigKeys.ConsumerSessionTimeoutMs).ShouldBe(45000);
    }

    [Fact]
    public async Task A_registry_that_is_closed_keeps_its_last_settings()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);
        var settings = new SettingsRegistry(StaticConfig.Create([new ConfigEntry("message.max.bytes", "7", "test")]), store);
        settings.Dispose();

        await store.CommitAsync(Stores.Configs(ConfigResource.ClusterDefaults, ("message.max.bytes", "2")));
        settings.TopicDefaults.GetInt(TopicConfigKeys.MaxMessageBytes).ShouldBe(7);
    }

    private static (int A, int B, int Others) Sizes(SettingsRegistry settings) =>
        (Size(settings.Topic("a")), Size(settings.Topic("b")), Size(settings.Topic("none")));

    private static int Size(TopicSettings topic) => topic.GetInt(TopicConfigKeys.MaxMessageBytes);
}
