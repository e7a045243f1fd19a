using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Metadata.Tests.Configs;

public sealed class ConfigAlterationTests
{
    private static readonly MetadataImage s_image = MetadataImage.Empty("c").Apply(
    [
        Stores.Topic("orders", 1), Stores.Configs(ConfigResource.Topic("orders"), ("retention.ms", "5"), ("cleanup.policy", "compact"), ("of.another.version", "x")),
    ]);

    [Fact]
    public void A_value_is_stored_in_its_canonical_form_and_only_if_it_is_new()
    {
        AlterationResult result = Topic(Set("retention.ms", "5"), Set("segment.ms", " 09 "));

        result.Change.ShouldNotBeNull().Set.ShouldBe([KeyValuePair.Create("segment.ms", "9")]);
        result.Change.Removed.ShouldBeEmpty();
        Topic(Set("retention.ms", "5")).ShouldBe(new AlterationResult(ErrorCode.None, null, null));
    }

    [Fact]
    public void A_deleted_setting_is_taken_back_even_if_nobody_knows_it()
    {
        AlterationResult result = Topic(Delete("retention.ms"), Delete("of.another.version"), Delete("segment.ms"));

        result.Change.ShouldNotBeNull().Removed.ShouldBe(["of.another.version", "retention.ms"]);
    }

    [Theory]
    [InlineData(ConfigOperationType.Append, "delete", "compact,delete")]
    [InlineData(ConfigOperationType.Append, "compact,delete", "compact,delete")]
    [InlineData(ConfigOperationType.Subtract, "compact", "")]
    public void A_list_grows_and_shrinks_from_what_is_stored(ConfigOperationType type, string value, string stored) =>
        Topic(new ConfigOperation("cleanup.policy", type, value)).Change.ShouldNotBeNull().Set["cleanup.policy"].ShouldBe(stored);

    [Fact]
    public void A_list_that_is_not_set_grows_from_its_default()
    {
        MetadataImage image = MetadataImage.Empty("c").Apply([Stores.Topic("orders", 1)]);

        Plan(ConfigResource.Topic("orders"), image, new ConfigOperation("cleanup.policy", ConfigOperationType.Append, "compact"))
            .Change.ShouldNotBeNull().Set["cleanup.policy"].ShouldBe("delete,compact");
    }

    [Theory]
    [InlineData("retention.ms", ConfigOperationType.Set, null, ErrorCode.InvalidRequest)]
    [InlineData("retention.ms", (ConfigOperationType)7, "1", ErrorCode.InvalidRequest)]
    [InlineData("retention.ms", ConfigOperationType.Append, "1", ErrorCode.InvalidConfig)]
    [InlineData("retention.ms", ConfigOperationType.Set, "soon", ErrorCode.InvalidConfig)]
    [InlineData("retention.sm", ConfigOperationType.Set, "1", ErrorCode.InvalidConfig)]
    [InlineData("max.compaction.lag.ms", ConfigOperationType.Set, "1;min.compaction.lag.ms=2", ErrorCode.InvalidConfig)]
    [InlineData("remote.storage.enable", ConfigOperationType.Set, "true", ErrorCode.InvalidConfig)]
    [InlineData("leader.replication.throttled.replicas", ConfigOperationType.Set, "*", ErrorCode.InvalidConfig)]
    public void A_change_of_a_topic_that_makes_no_sense_is_refused(string name, ConfigOperationType type, string? value, ErrorCode errorCode)
    {
        string[] parts = (value ?? "").Split(';');
        var operations = new List<ConfigOperation> { new(name, type, value is null ? null : parts[0]) };
        if (parts.Length > 1) operations.Add(Set(parts[1].Split('=')[0], parts[1].Split('=')[1]));

        AlterationResult result = Topic([.. operations]);

        result.ErrorCode.ShouldBe(errorCode);
        result.Message.ShouldNotBeNullOrEmpty();
        result.Change.ShouldBeNull();
    }

    [Fact]
    public void The_default_of_a_setting_that_is_not_honoured_is_accepted() => Topic(Set("remote.storage.enable", "FALSE")).IsAllowed.ShouldBeTrue();

    [Fact]
    public void Every_topic_setting_that_is_not_honoured_is_refused_with_its_reason()
    {
        foreach (ConfigKey key in TopicConfigKeys.Table.Keys.Where(key => !key.Support.IsHonoured))
        {
            string other = key.Type switch { ConfigType.Boolean => key.DefaultText == "true" ? "false" : "true", ConfigType.List => "0:1", _ => "1048577" };
            AlterationResult result = Topic(Set(key.Name, other));
            result.ErrorCode.ShouldBe(ErrorCode.InvalidConfig, key.Name);
            result.Message!.ShouldEndWith(key.Support.Reason!, Case.Sensitive, key.Name);
        }
    }

    [Fact]
    public void Compact_is_accepted() => Topic(Set("cleanup.policy", "compact,delete")).IsAllowed.ShouldBeTrue();

    [Fact]
    public void The_same_setting_twice_is_refused() =>
        Topic(Set("retention.ms", "1"), Delete("retention.ms")).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);

    [Fact]
    public void A_value_that_is_too_long_is_refused() =>
        Topic(Set("retention.ms", new string('1', 32768))).Message.ShouldBe("The value of retention.ms is longer than 32767 characters");

    [Theory]
    [InlineData(ConfigResourceType.Topic, "", ErrorCode.InvalidRequest)]
    [InlineData(ConfigResourceType.Topic, "none", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(ConfigResourceType.Broker, "2", ErrorCode.InvalidRequest)]
    [InlineData(ConfigResourceType.Broker, "01", ErrorCode.InvalidRequest)]
    [InlineData(ConfigResourceType.Broker, "1", ErrorCode.None)]
    [InlineData(ConfigResourceType.Broker, "", ErrorCode.None)]
    [InlineData(ConfigResourceType.Group, "", ErrorCode.InvalidRequest)]
    [InlineData(ConfigResourceType.Group, "g", ErrorCode.None)]
    [InlineData(ConfigResourceType.BrokerLogger, "1", ErrorCode.InvalidRequest)]
    [InlineData((ConfigResourceType)99, "x", ErrorCode.InvalidRequest)]
    public void The_resource_must_exist_and_be_addressed_by_its_name(ConfigResourceType type, string name, ErrorCode errorCode) =>
        Plan(new ConfigResource(type, name), s_image).ErrorCode.ShouldBe(errorCode);

    [Theory]
    [InlineData("1", "message.max.bytes", "5", null)]
    [InlineData("", "message.max.bytes", "5", null)]
    [InlineData("", "num.partitions", "5", "Cannot update these configs dynamically: num.partitions")]
    [InlineData("", "listeners", "PLAINTEXT://:9092", "Cannot update per-broker config listeners at cluster level")]
    [InlineData("1", "listeners", "PLAINTEXT://:9092", null)]
    [InlineData("1", "listeners", "PLAINTEXT://:9093", "Cannot update listeners dynamically: a change takes effect at the next start only, so it belongs into the file")]
    [InlineData("", "log.cleaner.threads", "3", "log.cleaner.threads cannot be increased above double the current value 1")]
    [InlineData("", "log.cleaner.threads", "0", "log.cleaner.threads must be at least 1")]
    [InlineData("", "log.cleaner.io.buffer.load.factor", "1.1", "log.cleaner.io.buffer.load.factor must be above 0 and at most 1")]
    [InlineData("", "log.cleaner.dedupe.buffer.size", "26", "log.cleaner.dedupe.buffer.size has no room for two keys of 24 bytes in each of the log.cleaner.threads")]
    [InlineData("1", "log.cleaner.threads", "1", null)]
    [InlineData("1", "log.retention.ms", "0", "log.retention.ms must be -1 for no limit, or at least 1")]
    [InlineData("1", "no.such.setting.at.all", "0", "Unknown broker config name: no.such.setting.at.all")]
    public void A_broker_takes_only_what_it_can_change_while_it_runs(string broker, string name, string value, string? refusal)
    {
        AlterationResult result = Plan(new ConfigResource(ConfigResourceType.Broker, broker), s_image, Set(name, value));

        result.Message.ShouldBe(refusal);
        result.ErrorCode.ShouldBe(refusal is null ? ErrorCode.None : ErrorCode.InvalidRequest);
    }

    [Fact]
    public void A_replacement_takes_back_what_it_does_not_name()
    {
        AlterationResult result = ConfigAlteration.PlanReplacement(
            ConfigResource.Topic("orders"), [KeyValuePair.Create("retention.ms", (string?)"6")], s_image, StaticConfig.Empty, nodeId: 1);

        result.Change.ShouldNotBeNull().Set.ShouldBe([KeyValuePair.Create("retention.ms", "6")]);
        result.Change.Removed.ShouldBe(["cleanup.policy", "of.another.version"]);
    }

    [Fact]
    public void The_settings_of_a_new_topic_are_checked_before_it_exists()
    {
        AlterationResult result = Create("new", ("retention.ms", "6"));
        result.Change.ShouldNotBeNull().Resource.ShouldBe(ConfigResource.Topic("new"));
        result.Change.Set.ShouldBe([KeyValuePair.Create("retention.ms", "6")]);

        Create("new").ShouldBe(new AlterationResult(ErrorCode.None, null, null));
        Create("new", ("retention.ms", null)).ErrorCode.ShouldBe(ErrorCode.InvalidConfig);
        Create("new", ("retention.ms", "1"), ("retention.ms", "2")).Change!.Set.ShouldBe([KeyValuePair.Create("retention.ms", "2")]);
        Create("new", ("nothing", "1")).ErrorCode.ShouldBe(ErrorCode.InvalidConfig);
    }

    private static AlterationResult Create(string name, params (string Key, string? Value)[] settings) =>
        ConfigAlteration.PlanCreation(name, [.. settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))], s_image, StaticConfig.Empty, nodeId: 1);

    private static AlterationResult Topic(params ConfigOperation[] operations) => Plan(ConfigResource.Topic("orders"), s_image, operations);

    private static AlterationResult Plan(ConfigResource resource, MetadataImage image, params ConfigOperation[] operations) =>
        ConfigAlteration.Plan(resource, operations, image, StaticConfig.Empty, nodeId: 1);

    private static ConfigOperation Set(string name, string value) => new(name, ConfigOperationType.Set, value);

    private static ConfigOperation Delete(string name) => new(name, ConfigOperationType.Delete, null);
}
