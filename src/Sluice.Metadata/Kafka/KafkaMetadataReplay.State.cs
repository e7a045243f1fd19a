using System.Collections.Immutable;
using System.Globalization;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Metadata.Kafka;

// What the records add up to, and how each changes it.
internal sealed partial class KafkaMetadataReplay
{
    /// <summary>Value of a partition change's leader that leaves leader and epoch as they are.</summary>
    private const int LeaderUnchanged = -2;

    private readonly Dictionary<Uuid, (string Name, SortedDictionary<int, KafkaPartition> Partitions)> _topics = [];
    private readonly HashSet<string> _topicNames = new(StringComparer.Ordinal);
    private readonly Dictionary<(sbyte Type, string Name, string Key), KafkaConfig> _configs = [];
    private readonly SortedDictionary<int, KafkaBroker> _brokers = [];
    private readonly SortedSet<int> _voters = [];
    private readonly Dictionary<string, (short Level, KafkaRecord Record)> _features = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, sbyte Mechanism), KafkaRecord> _credentials = [];
    private readonly Dictionary<Uuid, KafkaRecord> _accessControlEntries = [];
    private readonly Dictionary<string, KafkaRecord> _quotas = new(StringComparer.Ordinal);
    private readonly HashSet<string> _delegationTokenIds = new(StringComparer.Ordinal);
    private long _nextProducerId;
    private bool _isMigrating;

    /// <summary>Ends the replay.</summary>
    /// <exception cref="KafkaMetadataException">The metadata as a whole is of a version that is not known, or makes no sense.</exception>
    internal KafkaMetadata Finish(string folder, long endOffset, int epoch, long cutBytes)
    {
        if (!_features.TryGetValue(KafkaMetadataVersions.FeatureName, out var version))
        {
            throw new KafkaMetadataException(
                $"{folder} says no metadata.version: Kafka was never started on this directory after it was formatted, so there is nothing to take over");
        }
        if (version.Level < KafkaMetadataVersions.Lowest || version.Level > KafkaMetadataVersions.Highest)
        {
            throw new KafkaMetadataException(string.Create(CultureInfo.InvariantCulture,
                $"{folder} is of metadata.version {version.Level}, and known are {KafkaMetadataVersions.Lowest} ({KafkaMetadataVersions.NameOf(KafkaMetadataVersions.Lowest)}) to {KafkaMetadataVersions.Highest} ({KafkaMetadataVersions.NameOf(KafkaMetadataVersions.Highest)})"));
        }
        return new KafkaMetadata
        {
            EndOffset = endOffset,
            Epoch = epoch,
            CutBytes = cutBytes,
            Features = _features.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Level, StringComparer.Ordinal),
            Topics = [.. _topics.OrderBy(pair => pair.Value.Name, StringComparer.Ordinal).Select(pair => ToTopic(folder, pair.Key, pair.Value.Name, pair.Value.Partitions))],
            Configs =
            [
                .. _configs.Values.OrderBy(config => config.ResourceType).ThenBy(config => config.ResourceName, StringComparer.Ordinal)
                    .ThenBy(config => config.Key, StringComparer.Ordinal),
            ],
            Brokers = [.. _brokers.Values],
            Voters = [.. _voters],
            NextProducerId = _nextProducerId,
            Kept =
            [
                .. _features.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Record),
                .. _credentials.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Mechanism).Select(pair => pair.Value),
                .. _accessControlEntries.OrderBy(pair => pair.Key).Select(pair => pair.Value),
                .. _quotas.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value),
            ],
            DelegationTokensCount = _delegationTokenIds.Count,
            IsMigrating = _isMigrating,
        };
    }

    private static KafkaTopic ToTopic(string folder, Uuid id, string name, SortedDictionary<int, KafkaPartition> partitions)
    {
        if (partitions.Count == 0 || partitions.Keys.Last() != partitions.Count - 1)
        {
            throw new KafkaMetadataException($"{folder} does not describe every partition of the topic '{name}'");
        }
        return new KafkaTopic(name, id, [.. partitions.Values]);
    }

    private void Apply(TopicRecord record)
    {
        if (TopicName.Validate(record.Name) is { } reason) throw new KafkaMetadataException(reason);
        if (_topics.ContainsKey(record.TopicId) || !_topicNames.Add(record.Name))
        {
            throw new KafkaMetadataException($"the topic '{record.Name}' is created although it is there");
        }
        _topics.Add(record.TopicId, (record.Name, []));
    }

    private void Apply(RemoveTopicRecord record)
    {
        string name = PartitionsOf(record.TopicId).Name;
        _topics.Remove(record.TopicId);
        _topicNames.Remove(name);
        foreach (var key in _configs.Keys.Where(key => key.Type == (sbyte)ConfigResourceType.Topic && key.Name == name).ToArray()) _configs.Remove(key);
    }

    private void Apply(PartitionRecord record) => PartitionsOf(record.TopicId).Partitions[record.PartitionId] = new KafkaPartition(
        record.PartitionId, record.Leader, record.LeaderEpoch, record.PartitionEpoch, [.. record.Replicas], [.. record.Isr], [.. record.Directories]);

    private void Apply(PartitionChangeRecord record)
    {
        (string name, SortedDictionary<int, KafkaPartition> partitions) = PartitionsOf(record.TopicId);
        if (!partitions.TryGetValue(record.PartitionId, out KafkaPartition? partition))
        {
            throw new KafkaMetadataException($"partition {record.PartitionId} of the topic '{name}' is changed, and there is no such partition");
        }
        bool isLeaderSet = record.Leader != LeaderUnchanged;
        partitions[record.PartitionId] = partition with
        {
            Leader = isLeaderSet ? record.Leader : partition.Leader,
            // Also when the same broker leads again: setting a leader is what begins an epoch.
            LeaderEpoch = isLeaderSet ? partition.LeaderEpoch + 1 : partition.LeaderEpoch,
            PartitionEpoch = partition.PartitionEpoch + 1,
            Replicas = record.Replicas is { } replicas ? [.. replicas] : partition.Replicas,
            InSyncReplicas = record.Isr is { } inSyncReplicas ? [.. inSyncReplicas] : partition.InSyncReplicas,
            Directories = record.Directories is { } directories ? [.. directories] : partition.Directories,
        };
    }

    private void Apply(ConfigRecord record, KafkaRecordFrame frame)
    {
        (sbyte, string, string) key = (record.ResourceType, record.ResourceName, record.Name);
        if (record.Value is null) _configs.Remove(key);
        else _configs[key] = new KafkaConfig(record.ResourceType, record.ResourceName, record.Name, record.Value, Keep(frame, nameof(ConfigRecord)));
    }

    private void Apply(RegisterBrokerRecord record) => _brokers[record.BrokerId] = new KafkaBroker(record.BrokerId, [.. record.LogDirs]);

    private void Apply(BrokerRegistrationChangeRecord record)
    {
        // An empty list says nothing of the directories; a broker without any does not exist.
        if (record.LogDirs.Count > 0 && _brokers.TryGetValue(record.BrokerId, out KafkaBroker? broker))
        {
            _brokers[record.BrokerId] = broker with { LogDirectories = [.. record.LogDirs] };
        }
    }

    private void Apply(ProducerIdsRecord record)
    {
        if (record.NextProducerId < _nextProducerId) throw new KafkaMetadataException($"producer ids go back from {_nextProducerId} to {record.NextProducerId}");
        _nextProducerId = record.NextProducerId;
    }

    private void Apply(FeatureLevelRecord record, KafkaRecordFrame frame)
    {
        if (record.FeatureLevel == 0) _features.Remove(record.Name);
        else _features[record.Name] = (record.FeatureLevel, Keep(frame, nameof(FeatureLevelRecord)));
    }

    private void Apply(UserScramCredentialRecord record, KafkaRecordFrame frame) =>
        _credentials[(record.Name, record.Mechanism)] = Keep(frame, nameof(UserScramCredentialRecord));

    private void Apply(RemoveUserScramCredentialRecord record) => _credentials.Remove((record.Name, record.Mechanism));

    private void Apply(AccessControlEntryRecord record, KafkaRecordFrame frame) =>
        _accessControlEntries[record.Id] = Keep(frame, nameof(AccessControlEntryRecord));

    private void Apply(RemoveAccessControlEntryRecord record) => _accessControlEntries.Remove(record.Id);

    private void Apply(ClientQuotaRecord record, KafkaRecordFrame frame)
    {
        string key = KeyOf(record);
        if (record.Remove) _quotas.Remove(key);
        else _quotas[key] = Keep(frame, nameof(ClientQuotaRecord));
    }

    // An entity is a set: the order of its parts means nothing. A null name is the default of all, which no name can be; so no separator may be in one.
    private static string KeyOf(ClientQuotaRecord record) => string.Join('\0',
        record.Entity.Select(part => part.EntityName is null ? $"{part.EntityType}\0default" : $"{part.EntityType}\0named\0{part.EntityName}")
            .Order(StringComparer.Ordinal).Append($"key\0{record.Key}"));

    private (string Name, SortedDictionary<int, KafkaPartition> Partitions) PartitionsOf(Uuid topicId) =>
        _topics.TryGetValue(topicId, out (string Name, SortedDictionary<int, KafkaPartition> Partitions) topic)
            ? topic
            : throw new KafkaMetadataException($"there is no topic with the id {topicId} that a record speaks of");
}
