using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Metadata.Configs;

/// <summary>Decides on changes of settings at run time: IncrementalAlterConfigs, AlterConfigs, and the settings of a new topic.</summary>
/// <remarks>Pure: the same image gives the same answer, so that a commit that met a conflict can decide again. The rule of the house: what Sluice does not
/// act upon is refused unless it is the default anyway.</remarks>
public static class ConfigAlteration
{
    /// <summary>The longest value that is stored, in characters.</summary>
    public const int ValueLengthMax = 32767;

    /// <summary>Decides on single changes of a resource.</summary>
    /// <param name="resource">As the client named it.</param>
    /// <param name="operations">As the client sent them.</param>
    /// <param name="image">What is stored now.</param>
    /// <param name="given">What this broker was started with.</param>
    /// <param name="nodeId">The id of this broker.</param>
    public static AlterationResult Plan(
        ConfigResource resource, IReadOnlyList<ConfigOperation> operations, MetadataImage image, StaticConfig given, int nodeId)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(given);
        if (CheckResource(resource, image, nodeId) is { } refusal) return refusal;
        return Decide(resource, operations, image.ConfigsOf(resource), image, given, nodeId);
    }

    /// <summary>Decides on a whole new set of settings: what is stored and not listed is taken back (AlterConfigs).</summary>
    /// <param name="resource">As the client named it.</param>
    /// <param name="settings">Names and values as the client sent them.</param>
    /// <param name="image">What is stored now.</param>
    /// <param name="given">What this broker was started with.</param>
    /// <param name="nodeId">The id of this broker.</param>
    public static AlterationResult PlanReplacement(ConfigResource resource, IReadOnlyList<KeyValuePair<string, string?>> settings, MetadataImage image,
        StaticConfig given, int nodeId)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(given);
        if (CheckResource(resource, image, nodeId) is { } refusal) return refusal;
        ImmutableDictionary<string, string> current = image.ConfigsOf(resource);
        HashSet<string> listed = settings.Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
        return Decide(resource,
            [
                .. settings.Select(setting => new ConfigOperation(setting.Key, ConfigOperationType.Set, setting.Value)),
                .. current.Keys.Where(key => !listed.Contains(key)).Select(key => new ConfigOperation(key, ConfigOperationType.Delete, null)),
            ],
            current, image, given, nodeId);
    }

    /// <summary>Decides on the settings that a topic is created with. Everything wrong with them is INVALID_CONFIG.</summary>
    /// <param name="topicName">The name of a topic that does not exist yet.</param>
    /// <param name="settings">Names and values as the client sent them.</param>
    /// <param name="image">What is stored now.</param>
    /// <param name="given">What this broker was started with.</param>
    /// <param name="nodeId">The id of this broker.</param>
    public static AlterationResult PlanCreation(string topicName, IReadOnlyList<KeyValuePair<string, string?>> settings, MetadataImage image,
        StaticConfig given, int nodeId)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(given);
        // A setting that is given twice has its last value, as in Kafka and in a properties file.
        Dictionary<string, string?> lastValues = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, string?> setting in settings) lastValues[setting.Key] = setting.Value;
        AlterationResult result = Decide(ConfigResource.Topic(topicName),
            [.. lastValues.Select(static setting => new ConfigOperation(setting.Key, ConfigOperationType.Set, setting.Value))],
            ImmutableDictionary<string, string>.Empty, image, given, nodeId);
        return result.IsAllowed ? result : result with { ErrorCode = ErrorCode.InvalidConfig };
    }

    private static AlterationResult? CheckResource(ConfigResource resource, MetadataImage image, int nodeId)
    {
        switch (resource.Type)
        {
            case ConfigResourceType.Topic when resource.Name.Length == 0:
                return Refuse(ErrorCode.InvalidRequest, "The topic has no name");
            case ConfigResourceType.Topic when image.FindTopic(resource.Name) is null:
                return Refuse(ErrorCode.UnknownTopicOrPartition, $"There is no topic '{ConfigErrors.Shorten(resource.Name)}'");
            case ConfigResourceType.Broker when resource.Name.Length > 0 && resource != ConfigResource.Broker(nodeId):
                return Refuse(ErrorCode.InvalidRequest,
                    $"Unexpected broker id, expected {nodeId} or empty string, but received {ConfigErrors.Shorten(resource.Name)}");
            case ConfigResourceType.Group or ConfigResourceType.ClientMetrics when resource.Name.Length == 0:
                return Refuse(ErrorCode.InvalidRequest, "The resource has no name");
            case ConfigResourceType.Topic or ConfigResourceType.Broker or ConfigResourceType.Group or ConfigResourceType.ClientMetrics:
                return null;
            default:
                return Refuse(ErrorCode.InvalidRequest, $"Settings of resource type {(sbyte)resource.Type} are not stored");
        }
    }

    private static AlterationResult Decide(ConfigResource resource, IReadOnlyList<ConfigOperation> operations, ImmutableDictionary<string, string> current,
        MetadataImage image, StaticConfig given, int nodeId)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        BrokerSettings broker = Broker(image, given, nodeId, changed: null);
        ImmutableDictionary<string, string>.Builder wished = current.ToBuilder();
        foreach (ConfigOperation operation in operations)
        {
            if (!names.Add(operation.Name)) return Refuse(ErrorCode.InvalidRequest, $"The setting {ConfigErrors.Shorten(operation.Name)} is there twice");
            if (Apply(resource, operation, wished, broker) is { } refusal) return refusal;
        }
        if (FindConflict(resource, wished.ToImmutable(), image, given, nodeId, broker) is { } conflict) return Refuse(CodeFor(resource), conflict);
        return new AlterationResult(ErrorCode.None, null, Difference(resource, current, wished));
    }

    private static AlterationResult? Apply(ConfigResource resource, ConfigOperation operation, ImmutableDictionary<string, string>.Builder wished,
        BrokerSettings broker)
    {
        if (operation.Type == ConfigOperationType.Delete)
        {
            // Also of names that are unknown here: that is how what another version stored is got rid of.
            wished.Remove(operation.Name);
            return null;
        }
        if (operation.Value is not { } value) return Refuse(ErrorCode.InvalidRequest, $"The setting {ConfigErrors.Shorten(operation.Name)} has no value");
        ConfigTable table = TableOf(resource);
        if (table.Find(operation.Name) is not { } key) return Refuse(CodeForUnknown(resource), ConfigErrors.UnknownName(table, operation.Name));
        switch (operation.Type)
        {
            case ConfigOperationType.Set:
                break;
            // A subscription's lists are set whole, as in Kafka.
            case ConfigOperationType.Append or ConfigOperationType.Subtract when key.Type != ConfigType.List || resource.Type == ConfigResourceType.ClientMetrics:
                return Refuse(ErrorCode.InvalidConfig, $"Can't {operation.Type.ToString().ToUpperInvariant()} to config {key.Name}");
            case ConfigOperationType.Append:
                value = string.Join(',', Elements(key, wished).Union(ConfigParser.SplitList(value), StringComparer.Ordinal));
                break;
            case ConfigOperationType.Subtract:
                value = string.Join(',', Elements(key, wished).Except(ConfigParser.SplitList(value), StringComparer.Ordinal));
                break;
            default:
                return Refuse(ErrorCode.InvalidRequest, $"Unknown operation {(sbyte)operation.Type} for the setting {key.Name}");
        }
        if (value.Length > ValueLengthMax) return Refuse(ErrorCode.InvalidConfig, $"The value of {key.Name} is longer than {ValueLengthMax} characters");
        if (!key.TryParse(value, out _, out string normalized, out string? error)) return Refuse(CodeFor(resource), error!);
        if (resource.Type == ConfigResourceType.Broker && CheckBrokerKey(resource, key, normalized, broker) is { } broken)
        {
            return Refuse(ErrorCode.InvalidRequest, broken);
        }
        if (!key.Support.IsHonoured && !key.IsDefault(normalized)) return Refuse(CodeFor(resource), ConfigErrors.NotHonoured(key, value));
        wished[key.Name] = normalized;
        return null;
    }

    private static string[] Elements(ConfigKey key, ImmutableDictionary<string, string>.Builder stored) =>
        ConfigParser.SplitList(stored.TryGetValue(key.Name, out string? text) ? text : key.DefaultText ?? "");

    private static string? CheckBrokerKey(ConfigResource resource, ConfigKey key, string normalized, BrokerSettings broker)
    {
        if (key.UpdateMode == ConfigUpdateMode.ReadOnly) return $"Cannot update these configs dynamically: {key.Name}";
        if (key.UpdateMode == ConfigUpdateMode.PerBroker && resource.Name.Length == 0) return $"Cannot update per-broker config {key.Name} at cluster level";
        if (key.Support.IsAtStartOnly && normalized != broker.TextOf(key)) return $"Cannot update {key.Name} dynamically: {key.Support.Reason}";
        return null;
    }

    private static string? FindConflict(ConfigResource resource, ImmutableDictionary<string, string> wished, MetadataImage image, StaticConfig given,
        int nodeId, BrokerSettings broker) => resource.Type switch
        {
            ConfigResourceType.Topic => TopicSettings.Create(broker, wished).FindConflict(),
            ConfigResourceType.Group => GroupSettings.Create(broker, wished).FindConflict(),
            ConfigResourceType.Broker => FindBrokerConflict(broker, Broker(image, given, nodeId, (resource, wished))),
            _ => null,
        };

    private static string? FindBrokerConflict(BrokerSettings current, BrokerSettings wished) =>
        wished.FindConflicts() is [{ } first, ..] ? first.Message : ThreadsConflict(BrokerConfigKeys.LogCleanerThreads, current, wished);

    // A typing mistake must not start a thousand threads, nor end all of them.
    private static string? ThreadsConflict(ConfigKey key, BrokerSettings current, BrokerSettings wished)
    {
        int currentCount = current.GetInt(key);
        int count = wished.GetInt(key);
        if (count == currentCount) return null;
        if (count < 1) return $"{key.Name} must be at least 1";
        if (count < currentCount / 2) return $"{key.Name} cannot be reduced below half the current value {currentCount}";
        return count > currentCount * 2L ? $"{key.Name} cannot be increased above double the current value {currentCount}" : null;
    }

    private static BrokerSettings Broker(MetadataImage image, StaticConfig given, int nodeId,
        (ConfigResource Resource, ImmutableDictionary<string, string> Settings)? changed)
    {
        return BrokerSettings.Create(given, Of(ConfigResource.ClusterDefaults), Of(ConfigResource.Broker(nodeId)));

        ImmutableDictionary<string, string> Of(ConfigResource resource) => changed?.Resource == resource ? changed.Value.Settings : image.ConfigsOf(resource);
    }

    private static ConfigsChanged? Difference(
        ConfigResource resource, ImmutableDictionary<string, string> current, ImmutableDictionary<string, string>.Builder wished)
    {
        ImmutableDictionary<string, string> set =
            wished.Where(pair => !current.TryGetValue(pair.Key, out string? stored) || stored != pair.Value).ToImmutableDictionary(StringComparer.Ordinal);
        ImmutableArray<string> removed = [.. current.Keys.Where(key => !wished.ContainsKey(key)).Order(StringComparer.Ordinal)];
        return set.IsEmpty && removed.IsEmpty ? null : new ConfigsChanged(resource, set, removed);
    }

    private static ConfigTable TableOf(ConfigResource resource) => resource.Type switch
    {
        ConfigResourceType.Topic => TopicConfigKeys.Table,
        ConfigResourceType.Group => GroupConfigKeys.Table,
        ConfigResourceType.ClientMetrics => ClientMetricsConfigKeys.Table,
        _ => BrokerConfigKeys.Table,
    };

    private static ErrorCode CodeFor(ConfigResource resource) =>
        resource.Type == ConfigResourceType.Broker ? ErrorCode.InvalidRequest : ErrorCode.InvalidConfig;

    private static ErrorCode CodeForUnknown(ConfigResource resource) =>
        resource.Type is ConfigResourceType.Broker or ConfigResourceType.ClientMetrics ? ErrorCode.InvalidRequest : ErrorCode.InvalidConfig;

    private static AlterationResult Refuse(ErrorCode errorCode, string message) => new(errorCode, message, null);
}
