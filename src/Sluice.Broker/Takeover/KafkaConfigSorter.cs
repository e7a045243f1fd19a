using System.Collections.Immutable;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Metadata.Kafka;

namespace Sluice.Broker.Takeover;

/// <summary>Decides for every setting of Kafka's metadata where it goes: into the settings of its resource, or aside.</summary>
/// <remarks>
/// Nothing is dropped. What Sluice does not know or act upon stays with its resource, shown to clients where Kafka's schema has it, and acted upon by the
/// version that can. A broker's run-time settings that Sluice takes at start only, or refuses, go aside: stored, they would not count and would stand in
/// the way of every later change.
/// </remarks>
internal sealed class KafkaConfigSorter
{
    private readonly SortedDictionary<string, (int Count, string Reason)> _withoutEffect = new(StringComparer.Ordinal);
    private readonly Dictionary<ConfigResource, ImmutableDictionary<string, string>.Builder> _sets = [];

    /// <summary>Records that have no place among the settings.</summary>
    internal List<KafkaRecord> Aside { get; } = [];

    internal List<KafkaFinding> Findings { get; } = [];

    /// <summary>Topics whose older records are in remote storage.</summary>
    internal SortedSet<string> TieredTopics { get; } = new(StringComparer.Ordinal);

    /// <summary>Sorts in one setting.</summary>
    internal void Add(KafkaConfig config)
    {
        ConfigTable? table = (ConfigResourceType)config.ResourceType switch
        {
            ConfigResourceType.Topic => TopicConfigKeys.Table,
            ConfigResourceType.Broker => BrokerConfigKeys.Table,
            ConfigResourceType.ClientMetrics => ClientMetricsConfigKeys.Table,
            ConfigResourceType.Group => GroupConfigKeys.Table,
            _ => null,
        };
        if (table is null)
        {
            Aside.Add(config.Record);
            Findings.Add(new KafkaFinding(KafkaFindingKind.Note, $"kept aside, without effect: the setting {config.Key} of a resource of type {config.ResourceType}"));
            return;
        }

        bool isBroker = config.ResourceType == (sbyte)ConfigResourceType.Broker;
        ConfigKey? key = table.Find(config.Key);
        string stored = config.Value;
        if (key is null)
        {
            WithoutEffect(config.Key, "Sluice has no such setting");
        }
        else if (!key.TryParse(config.Value, out _, out string normalized, out _))
        {
            WithoutEffect(key.Name, "the value is not valid");
        }
        else
        {
            stored = normalized;
            if (key == TopicConfigKeys.RemoteStorageEnable && normalized == "true") TieredTopics.Add(config.ResourceName);
            if (isBroker && !key.IsDefault(normalized) && (key.Support.IsAtStartOnly || key.Support.Kind == ConfigSupportKind.Refused))
            {
                string advice = key.Support.IsAtStartOnly ? $"it counts at start only: give it with --set {key.Name}=…" : key.Support.Reason!;
                Aside.Add(config.Record);
                Findings.Add(new KafkaFinding(KafkaFindingKind.Note, $"kept aside, without effect: {key.Name} of {Owner(config)}; {advice}"));
                return;
            }
            if (!key.Support.IsHonoured && !key.IsDefault(normalized)) WithoutEffect(key.Name, key.Support.Reason!);
        }
        var resource = new ConfigResource((ConfigResourceType)config.ResourceType, config.ResourceName);
        if (!_sets.TryGetValue(resource, out ImmutableDictionary<string, string>.Builder? set)) _sets[resource] = set = ImmutableDictionary.CreateBuilder<string, string>();
        set[config.Key] = stored;
    }

    /// <summary>The changes that store what was sorted in, by resource.</summary>
    internal IEnumerable<ConfigsChanged> Changes() => _sets.OrderBy(static pair => pair.Key.Type).ThenBy(static pair => pair.Key.Name, StringComparer.Ordinal)
        .Select(static pair => new ConfigsChanged(pair.Key, pair.Value.ToImmutable(), []));

    /// <summary>Says once per setting that it has no effect, however many resources have it.</summary>
    internal IEnumerable<KafkaFinding> FindWithoutEffect() => _withoutEffect.Select(static pair => new KafkaFinding(
        KafkaFindingKind.Note, $"without effect: {pair.Key}{(pair.Value.Count == 1 ? "" : $" ({pair.Value.Count} times)")}; {pair.Value.Reason}"));

    /// <summary>A value as it may be shown; null where it may be secret.</summary>
    internal static string? Shown(ConfigTable table, KafkaConfig config) => table.Find(config.Key) is { IsSensitive: false } ? config.Value : null;

    private static string Owner(KafkaConfig config) => config.ResourceName.Length == 0 ? "all brokers" : $"broker {config.ResourceName}";

    private void WithoutEffect(string key, string reason) =>
        _withoutEffect[key] = (_withoutEffect.TryGetValue(key, out (int Count, string Reason) known) ? known.Count + 1 : 1, reason);
}
