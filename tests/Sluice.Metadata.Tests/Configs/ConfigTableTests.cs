using Sluice.Metadata.Configs;

namespace Sluice.Metadata.Tests.Configs;

public sealed class ConfigTableTests
{
    public static TheoryData<string> Scopes => ["broker", "topic", "group", "client-metrics"];

    [Theory]
    [MemberData(nameof(Scopes))]
    public void A_table_has_every_name_that_Kafka_has(string scope)
    {
        ConfigTable table = TableOf(scope);

        ConfigFact.Of(scope).Select(fact => fact.Name).Where(name => table.Find(name) is null).ShouldBeEmpty();
    }

    [Fact]
    public void The_facts_are_complete()
    {
        ConfigFact.Of("broker").Count().ShouldBe(360);
        ConfigFact.Of("topic").Count().ShouldBe(34);
        ConfigFact.Of("group").Count().ShouldBe(17);
        ConfigFact.Of("client-metrics").Count().ShouldBe(3);
    }

    [Fact]
    public void Beyond_the_names_of_the_Kafka_broker_there_are_quotas_the_authorizer_and_our_own()
    {
        HashSet<string> known = ConfigFact.Of("broker").Select(fact => fact.Name).ToHashSet();

        BrokerConfigKeys.Table.Keys.Select(key => key.Name).Where(name => !known.Contains(name) && !name.StartsWith("sluice.", StringComparison.Ordinal)).ShouldBe(
        [
            "allow.everyone.if.no.acl.found", "follower.replication.throttled.rate", "leader.replication.throttled.rate", "log.append",
            "replica.alter.log.dirs.io.max.bytes.per.second", "super.users",
        ]);
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Type_default_importance_and_update_mode_are_those_of_Kafka(string scope)
    {
        ConfigTable table = TableOf(scope);

        foreach (ConfigFact fact in ConfigFact.Of(scope))
        {
            ConfigKey key = table.Find(fact.Name)!;
            key.Type.ToString().ToUpperInvariant().ShouldBe(fact.Type, fact.Name);
            key.DefaultText.ShouldBe(fact.Default, fact.Name);
            key.Importance.ToString().ToUpperInvariant().ShouldBe(fact.Importance, fact.Name);
            key.UpdateMode.ShouldBe(fact.UpdateMode switch
            {
                "read-only" => ConfigUpdateMode.ReadOnly,
                "per-broker" => ConfigUpdateMode.PerBroker,
                "cluster-wide" => ConfigUpdateMode.ClusterWide,
                _ => ConfigUpdateMode.Resource,
            }, fact.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Every_default_is_valid_and_written_in_its_canonical_form(string scope)
    {
        foreach (ConfigKey key in TableOf(scope).Keys.Where(key => key.DefaultText is not null))
        {
            key.Validate(key.DefaultText!, out string normalized, out string? error).ShouldBeTrue(error);
            normalized.ShouldBe(key.DefaultText, key.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Every_key_is_documented_and_a_key_that_is_not_honoured_says_why(string scope)
    {
        foreach (ConfigKey key in TableOf(scope).Keys)
        {
            key.Documentation.ShouldEndWith(".", Case.Sensitive, key.Name);
            if (!key.Support.IsHonoured) key.Support.Reason.ShouldNotBeNullOrEmpty(key.Name);
        }
    }

    [Fact]
    public void A_topic_key_has_the_default_of_its_broker_keys()
    {
        foreach (ConfigKey key in TopicConfigKeys.Table.Keys)
        {
            TopicSettings.Create(BrokerSettings.Default, new Dictionary<string, string>()).TextOf(key).ShouldBe(key.DefaultText, key.Name);
            foreach (ConfigSynonym synonym in key.Synonyms.Where(synonym => synonym.Key.DefaultText is not null))
            {
                if (synonym.Multiplier == 1) synonym.Key.DefaultText.ShouldBe(key.DefaultText, key.Name);
                else (synonym.Key.Default.Number * synonym.Multiplier).ShouldBe(key.Default.Number, key.Name);
            }
        }
    }

    [Theory]
    [InlineData("log.retention.msec", "log.retention.ms")]
    [InlineData("log_retention_ms", "log.retention.ms")]
    [InlineData("Listeners", "listeners")]
    [InlineData("auto.create.topic.enable", "auto.create.topics.enable")]
    [InlineData("num.partition", "num.partitions")]
    [InlineData("sluice.transfer.paths", "sluice.transfer.path")]
    public void A_slip_of_the_hand_is_answered_with_the_name_that_was_meant(string written, string meant) =>
        BrokerConfigKeys.Table.SuggestFor(written).ShouldBe(meant);

    [Theory]
    [InlineData("")]
    [InlineData("completely.different.thing.of.another.program")]
    public void No_name_is_suggested_where_none_is_near(string written) => BrokerConfigKeys.Table.SuggestFor(written).ShouldBeNull();

    [Fact]
    public void A_very_long_name_is_not_compared_with_anything() => BrokerConfigKeys.Table.SuggestFor(new string('a', 1_000_000)).ShouldBeNull();

    internal static ConfigTable TableOf(string scope) => scope switch
    {
        "broker" => BrokerConfigKeys.Table,
        "topic" => TopicConfigKeys.Table,
        "group" => GroupConfigKeys.Table,
        _ => ClientMetricsConfigKeys.Table,
    };
}
