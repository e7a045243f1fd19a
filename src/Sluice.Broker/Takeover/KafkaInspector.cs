using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Metadata.Kafka;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Takeover;

/// <summary>Compares what Kafka's metadata says with what lies in the data directory, and plans what becomes of it. Only reads.</summary>
internal sealed class KafkaInspector
{
    /// <summary>Names of partitions that a finding lists before it says how many more there are.</summary>
    private const int NamesMax = 3;

    private readonly IReadOnlyList<string> _dataDirectories;
    private readonly MetaProperties _identity;
    private readonly HashSet<Uuid> _directoryIds = [];
    private readonly KafkaMetadata _metadata;
    private readonly Dictionary<TopicPartition, PartitionFolder> _folders = [];
    private readonly ILookup<string, KafkaConfig> _topicConfigs;
    private readonly List<KafkaFinding> _findings = [];

    private KafkaInspector(IReadOnlyList<string> dataDirectories, MetaProperties identity, KafkaMetadata metadata)
    {
        _dataDirectories = dataDirectories;
        _identity = identity;
        _metadata = metadata;
        _topicConfigs = metadata.Configs.Where(static config => config.ResourceType == (sbyte)ConfigResourceType.Topic).ToLookup(static config => config.ResourceName);
        foreach (string directory in dataDirectories) Add(directory);
    }

    /// <summary>Looks at a broker's directories.</summary>
    /// <param name="dataDirectories">Full paths, at least one.</param>
    /// <param name="metadataDirectory">The folder with the metadata log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaTakeoverException">There is no <c>meta.properties</c>.</exception>
    /// <exception cref="KafkaMetadataException">The metadata log is damaged or of an unknown version.</exception>
    /// <exception cref="InvalidDataException">A file that names a directory or a partition is of an unknown version, or damaged.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    internal static KafkaInspection Inspect(IReadOnlyList<string> dataDirectories, string metadataDirectory, CancellationToken cancellationToken)
    {
        MetaProperties identity = dataDirectories.Select(MetaProperties.Read).FirstOrDefault(static identity => identity is not null)
            ?? throw new KafkaTakeoverException($"{dataDirectories[0]} has no {MetaProperties.FileName}, so it is not the data directory of a Kafka");
        KafkaMetadata metadata = KafkaMetadataReader.Read(metadataDirectory, cancellationToken);
        return new KafkaInspector(dataDirectories, identity, metadata).Inspect(metadataDirectory);
    }

    private void Add(string directory)
    {
        if (MetaProperties.Read(directory) is { } identity)
        {
            if (identity.DirectoryId is { } id) _directoryIds.Add(id);
            if (identity.ClusterId != _identity.ClusterId || identity.NodeId != _identity.NodeId)
            {
                Find(KafkaFindingKind.Refusal, $"{directory} belongs to node {identity.NodeId} of cluster {identity.ClusterId}, and {_dataDirectories[0]} to node {_identity.NodeId} of cluster {_identity.ClusterId}; give the directories of one node");
            }
        }
        List<string> strangers = [];
        foreach (PartitionFolder folder in PartitionFolder.List(directory, strangers))
        {
            if (!_folders.TryAdd(folder.TopicPartition, folder))
            {
                Find(KafkaFindingKind.Refusal, $"{folder.TopicPartition} is in two places, {_folders[folder.TopicPartition].Path} and {folder.Path}; move the one that is not wanted away");
            }
        }
        foreach (string path in strangers) Find(KafkaFindingKind.Refusal, $"{path} is not named like a partition; move it out of the data directory");
    }

    private KafkaInspection Inspect(string metadataDirectory)
    {
        FindNodes();
        FindFolders();
        var sorter = new KafkaConfigSorter();
        foreach (KafkaConfig config in _metadata.Configs) sorter.Add(config);
        FindWhatIsKept();
        if (sorter.TieredTopics.Count > 0)
        {
            Find(KafkaFindingKind.Overridable, $"{Listed([.. sorter.TieredTopics])} keep older records in remote storage, and those do not come over; have Kafka fetch them back, or override");
        }
        _findings.AddRange(sorter.Findings);
        _findings.AddRange(sorter.FindWithoutEffect());
        return new KafkaInspection
        {
            DataDirectories = _dataDirectories,
            MetadataDirectory = metadataDirectory,
            Identity = _identity,
            Metadata = _metadata,
            Topics = [.. _metadata.Topics.Select(Summarize)],
            BrokerConfigs =
            [
                .. _metadata.Configs.Where(static config => config.ResourceType == (sbyte)ConfigResourceType.Broker).Select(static config =>
                    (new ConfigResource(ConfigResourceType.Broker, config.ResourceName), config.Key, KafkaConfigSorter.Shown(BrokerConfigKeys.Table, config))),
            ],
            Findings = [.. _findings.OrderByDescending(static finding => finding.Kind)],
            Changes = [.. Plan(sorter)],
        };
    }

    private void FindNodes()
    {
        int nodeId = _identity.NodeId;
        if (_metadata.IsMigrating)
        {
            Find(KafkaFindingKind.Refusal, "the migration from ZooKeeper was begun and not finished; finish it with Kafka 3.9");
        }
        if (_metadata.Brokers.All(broker => broker.Id != nodeId))
        {
            Find(KafkaFindingKind.Refusal, $"node {nodeId}, which the directory belongs to, is not a broker of the cluster; give the data directory of a broker");
        }
        if (_metadata.Brokers.Length > 1)
        {
            Find(KafkaFindingKind.Overridable, $"the cluster has the brokers {Ids(_metadata.Brokers.Select(static broker => broker.Id))}; move all partitions to one and unregister the others, or override to take what lies here");
        }
        if (_metadata.Voters.Length > 1)
        {
            Find(KafkaFindingKind.Overridable, $"the nodes {Ids(_metadata.Voters)} vote in the metadata quorum, and this one may lack the newest changes; shrink the quorum to one, or override");
        }
        FindPartitions("have replicas on other brokers; reassign them to this one, or override to go on with the copies that lie here",
            partition => partition.Replicas.Contains(nodeId) && partition.Replicas.Length > 1);
        FindPartitions("have no replica on this broker; reassign them to it, or override to go on with empty ones",
            partition => !partition.Replicas.Contains(nodeId));
        if (_metadata.CutBytes > 0)
        {
            Find(KafkaFindingKind.Note, $"the metadata log ends in {_metadata.CutBytes} bytes that were never whole, and that nobody was told of");
        }
    }

    private void FindPartitions(string problem, Func<KafkaPartition, bool> isOne)
    {
        List<string> names = [.. from topic in _metadata.Topics from partition in topic.Partitions where isOne(partition) select $"{topic.Name}-{partition.Index}"];
        if (names.Count > 0) Find(KafkaFindingKind.Overridable, $"{Listed(names)} {problem}");
    }

    private void FindFolders()
    {
        List<string> missing = [];
        List<string> foreign = [];
        HashSet<TopicPartition> known = [];
        foreach (KafkaTopic topic in _metadata.Topics)
        {
            foreach (KafkaPartition partition in topic.Partitions.Where(partition => partition.Replicas.Contains(_identity.NodeId)))
            {
                var name = new TopicPartition(topic.Name, partition.Index);
                known.Add(name);
                if (!_folders.TryGetValue(name, out PartitionFolder? folder)) missing.Add(name.ToString());
                else if (folder.TopicId is { } id && id != topic.Id) foreign.Add(name.ToString());
            }
        }
        if (missing.Count > 0) Find(KafkaFindingKind.Overridable, $"{Listed(missing)} have no folder here; {AdviceForMissing()}, or override to go on with empty ones");
        if (foreign.Count > 0) Find(KafkaFindingKind.Overridable, $"the folders of {Listed(foreign)} hold other topics of the same names; move them away, or override to have them set aside");
        List<string> strays = [.. _folders.Keys.Where(name => !known.Contains(name)).Select(static name => name.ToString())];
        if (strays.Count > 0) Find(KafkaFindingKind.Note, $"{Listed(strays)} are folders of topics that were deleted or moved away; they stay where they are, and are not served");
    }

    private string AdviceForMissing()
    {
        int absentCount = _metadata.Brokers.FirstOrDefault(broker => broker.Id == _identity.NodeId)?.LogDirectories.Count(id => !_directoryIds.Contains(id)) ?? 0;
        return absentCount > 0
            ? $"Kafka had {Counted(absentCount, "log directory", "log directories")} more: give all of its log.dirs"
            : "start and stop Kafka once, which makes folders of new topics, and look for lost disks";
    }

    private void FindWhatIsKept()
    {
        FindScramCredentials();
        FindAcls();
        if (_metadata.Kept.Count(static record => record.Type == ClientQuotaRecord.RecordType) is > 0 and var quotaCount)
            Find(KafkaFindingKind.Note, $"taken over: {Counted(quotaCount, "client quota")}");
        if (_metadata.DelegationTokensCount > 0)
        {
            Find(KafkaFindingKind.Note, $"left behind: {Counted(_metadata.DelegationTokensCount, "delegation token")}; clients need another way to log in");
        }
    }

    private void FindAcls()
    {
        KafkaRecord[] records = [.. _metadata.Kept.Where(static record => record.Type == AccessControlEntryRecord.RecordType)];
        int unknownCount = records.Count(static record => KafkaAcls.TryRead(record) is null);
        if (unknownCount > 0)
        {
            Find(KafkaFindingKind.Overridable, $"{Counted(unknownCount, "ACL")} cannot be understood and would not be acted upon; delete what is not needed with kafka-acls, or override to go on without");
        }
        if (records.Length > unknownCount)
        {
            Find(KafkaFindingKind.Note, $"taken over: {Counted(records.Length - unknownCount, "ACL")}; acted upon where authorizer.class.name is set, as with Kafka");
        }
    }

    private void FindScramCredentials()
    {
        KafkaRecord[] records = [.. _metadata.Kept.Where(static record => record.Type == UserScramCredentialRecord.RecordType)];
        int unknownCount = records.Count(static record => KafkaScramCredentials.TryRead(record) is null);
        if (unknownCount > 0)
        {
            Find(KafkaFindingKind.Overridable, $"{Counted(unknownCount, "SCRAM credential")} cannot be understood, and those users could not log in; delete what is not needed with kafka-configs, or override to go on without");
        }
        if (records.Length > unknownCount) Find(KafkaFindingKind.Note, $"taken over: {Counted(records.Length - unknownCount, "SCRAM credential")}; users are asked for a password on listeners with SASL");
    }

    private void FindKept(short recordType, string thing, string consequence)
    {
        int count = _metadata.Kept.Count(record => record.Type == recordType);
        if (count > 0) Find(KafkaFindingKind.Note, $"kept for a later version: {Counted(count, thing)}; until then {consequence}");
    }

    private KafkaTopicSummary Summarize(KafkaTopic topic) => new(
        topic.Name,
        topic.Id,
        topic.Partitions.Length,
        topic.Partitions.Sum(partition => _folders.GetValueOrDefault(new TopicPartition(topic.Name, partition.Index))?.SizeBytes ?? 0),
        [
            .. _topicConfigs[topic.Name].Select(static config => KeyValuePair.Create(config.Key, KafkaConfigSorter.Shown(TopicConfigKeys.Table, config))),
        ]);

    private IEnumerable<MetadataChange> Plan(KafkaConfigSorter sorter)
    {
        yield return new KafkaTakenOver(
            _identity.NodeId, _metadata.MetadataVersion, _metadata.EndOffset, _metadata.Epoch, [.. _metadata.Kept, .. sorter.Aside]);
        foreach (KafkaTopic topic in _metadata.Topics) yield return new TopicCreated(topic.Name, topic.Id, [.. topic.Partitions.Select(ToImage)]);
        HashSet<string> names = [.. _metadata.Topics.Select(static topic => topic.Name)];
        foreach (ConfigsChanged change in sorter.Changes())
        {
            // Kafka takes a topic's settings away with it, but also lets settings be there before the topic is.
            if (change.Resource.Type != ConfigResourceType.Topic || names.Contains(change.Resource.Name)) yield return change;
        }
        if (_metadata.NextProducerId > 0) yield return ProducerIdBlockAllocated.UpTo(_metadata.NextProducerId);
    }

    // A new epoch, as at every start of Kafka: if the end of a log went missing with the power, clients find out by it.
    private PartitionImage ToImage(KafkaPartition partition) => new(
        partition.Index, _identity.NodeId, partition.LeaderEpoch + 1, partition.PartitionEpoch + 1, [_identity.NodeId], [_identity.NodeId]);

    private void Find(KafkaFindingKind kind, string message) => _findings.Add(new KafkaFinding(kind, message));

    private static string Listed(List<string> names) =>
        names.Count <= NamesMax ? string.Join(", ", names) : $"{string.Join(", ", names.Take(NamesMax))} and {names.Count - NamesMax} more";

    private static string Ids(IEnumerable<int> ids) => string.Join(", ", ids);

    private static string Counted(int count, string thing, string? things = null) => count == 1 ? $"1 {thing}" : $"{count} {things ?? thing + "s"}";
}
