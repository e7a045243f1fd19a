namespace Sluice.Cli.Output;

/// <summary>The JSON documents that commands print. Names are a contract: programs read them. Null = not known, or there is none.</summary>
internal static class Documents
{
    internal sealed record TopicCreation(bool Created, string Name, string Id, int Partitions, int ReplicationFactor);

    internal sealed record TopicSummary(string Name, string Id, bool Internal, int Partitions, int ReplicationFactor);

    internal sealed record TopicDescription(
        string Name,
        string Id,
        bool Internal,
        IReadOnlyList<PartitionDescription> Partitions,
        IReadOnlyList<ConfigEntry> Configs);

    internal sealed record PartitionDescription(
        int Partition,
        int? Leader,
        int LeaderEpoch,
        IReadOnlyList<int> Replicas,
        IReadOnlyList<int> Isr,
        IReadOnlyList<int> Offline,
        long? StartOffset,
        long? EndOffset,
        long? SizeBytes);

    internal sealed record UserCredential(string User, string Mechanism, int Iterations);

    internal sealed record DeletedTopics(IReadOnlyList<string> Deleted);

    internal sealed record TopicPartitions(string Name, int Partitions);

    internal sealed record Acl(
        string ResourceType, string ResourceName, string PatternType, string Principal, string Host, string Permission, string Operation);

    internal sealed record Quota(string? User, string? ClientId, string? Ip, IReadOnlyDictionary<string, double> Limits);

    internal sealed record ConfigEntry(string Name, string? Value, string Source, bool ReadOnly, bool Sensitive);

    internal sealed record ConfigChanges(string Type, string Name, IReadOnlyDictionary<string, string> Set, IReadOnlyList<string> Unset);

    internal sealed record ProduceSummary(
        string Topic,
        long Records,
        long Bytes,
        long Failed,
        long Batches,
        long WireBytes,
        long Retries,
        double Seconds);

    internal sealed record DeletedRecords(string Topic, int Partition, long StartOffset);

    internal sealed record PartitionOffsets(int Partition, long StartOffset, long EndOffset);

    internal sealed record PartitionOffset(int Partition, long? Offset, long? Timestamp);

    internal sealed record Cluster(string ClusterId, int? Controller, IReadOnlyList<Broker> Brokers);

    internal sealed record Broker(int Id, string Host, int Port, string? Rack);

    internal sealed record LogDirectory(
        int Broker,
        string Path,
        string? Error,
        long? TotalBytes,
        long? UsableBytes,
        bool Cordoned,
        IReadOnlyList<LogDirectoryPartition> Partitions);

    internal sealed record MovedPartition(string Topic, int Partition, int Broker, string From, string To, bool Done);

    internal sealed record LogDirectoryPartition(string Topic, int Partition, long SizeBytes, long OffsetLag, bool Future);

    internal sealed record ApiVersion(int Key, string? Name, int Min, int Max, int? ClientMin, int? ClientMax, int? Used);

    internal sealed record GroupSummary(string Id, string Type, string State, string ProtocolType, int Coordinator);

    internal sealed record GroupDescription(
        string Id,
        string Type,
        string State,
        string? Assignor,
        int? Epoch,
        int Coordinator,
        IReadOnlyList<GroupMember> Members,
        IReadOnlyList<Subtopology>? Subtopologies);

    internal sealed record Subtopology(
        string Id,
        IReadOnlyList<string> SourceTopics,
        IReadOnlyList<string> RepartitionSourceTopics,
        IReadOnlyList<string> RepartitionSinkTopics,
        IReadOnlyList<string> ChangelogTopics);

    internal sealed record GroupMember(
        string Id,
        string? InstanceId,
        string ClientId,
        string Host,
        int? Epoch,
        IReadOnlyList<TopicPartition> Partitions,
        IReadOnlyList<string>? ActiveTasks,
        IReadOnlyList<string>? StandbyTasks);

    internal sealed record TopicPartition(string Topic, int Partition);

    internal sealed record PartitionLag(string Topic, int Partition, long? CommittedOffset, long? EndOffset, long? Lag, string? Member);

    internal sealed record OffsetResets(string Group, bool Executed, IReadOnlyList<OffsetReset> Offsets);

    internal sealed record OffsetReset(string Topic, int Partition, long? CommittedOffset, long NewOffset, long? Change);

    internal sealed record DeletedGroups(IReadOnlyList<string> Deleted);

    internal sealed record TransactionSummary(string TransactionalId, long ProducerId, string State, int Coordinator);

    internal sealed record TransactionDescription(
        string TransactionalId,
        string State,
        long ProducerId,
        int ProducerEpoch,
        int TimeoutMs,
        long? StartTimestamp,
        long? OpenForMs,
        int Coordinator,
        IReadOnlyList<TopicPartition> Partitions);

    internal sealed record ProducerState(
        string Topic,
        int Partition,
        long ProducerId,
        int ProducerEpoch,
        int? LastSequence,
        long? LastTimestamp,
        int? CoordinatorEpoch,
        long? TransactionStartOffset);

    internal sealed record HangingTransaction(
        string Topic,
        int Partition,
        long StartOffset,
        long ProducerId,
        int ProducerEpoch,
        int? CoordinatorEpoch,
        long? LastTimestamp,
        long? OpenForMs);

    internal sealed record AbortedTransaction(string Topic, int Partition, long? StartOffset, long ProducerId, short ProducerEpoch, int CoordinatorEpoch);

    internal sealed record TerminatedTransaction(string TransactionalId, string StateBefore);

    internal sealed record KafkaInspection(
        IReadOnlyList<string> DataDirectories,
        string MetadataDirectory,
        string ClusterId,
        int NodeId,
        string MetadataVersion,
        long MetadataEndOffset,
        long NextProducerId,
        bool CanBeTakenOver,
        IReadOnlyList<KafkaTopic> Topics,
        IReadOnlyList<KafkaBrokerConfig> BrokerConfigs,
        IReadOnlyList<KafkaFinding> Findings);

    internal sealed record KafkaTopic(string Name, string Id, int Partitions, long SizeBytes, IReadOnlyDictionary<string, string?> Configs);

    internal sealed record KafkaBrokerConfig(string? Broker, string Name, string? Value);

    internal sealed record KafkaFinding(string Kind, string Message);
}
