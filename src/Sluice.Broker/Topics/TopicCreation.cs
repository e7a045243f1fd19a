using System.Collections.Immutable;
using Sluice.Broker.Configs;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Topics;

/// <summary>Decides whether a topic can be made, and what it will look like: rules without I/O.</summary>
/// <remarks>The order of the checks is the order in which a client learns of its mistakes, and is Kafka's.</remarks>
internal sealed class TopicCreation
{
    private TopicCreation(ErrorCode error, string? message, TopicImage? topic, ImmutableDictionary<string, string> configs)
    {
        Error = error;
        Message = message;
        Topic = topic;
        Configs = configs;
    }

    /// <summary>Why there is no place for a new partition while every log directory is cordoned.</summary>
    public const string NoPlaceMessage = "Every log directory is cordoned (cordoned.log.dirs): there is no place for a new partition.";

    /// <summary>NONE, or why not.</summary>
    public ErrorCode Error { get; }

    /// <summary>A sentence for a person; null when there is no error.</summary>
    public string? Message { get; }

    /// <summary>The topic as it will be; null when there is an error.</summary>
    public TopicImage? Topic { get; }

    /// <summary>The topic's own settings, in canonical text.</summary>
    public ImmutableDictionary<string, string> Configs { get; }

    /// <summary>What to commit; nothing when there is an error.</summary>
    public IEnumerable<MetadataChange> Changes
    {
        get
        {
            if (Topic is null) yield break;
            yield return new TopicCreated(Topic.Name, Topic.Id, Topic.Partitions);
            if (!Configs.IsEmpty) yield return new ConfigsChanged(ConfigResource.Topic(Topic.Name), Configs, []);
        }
    }

    /// <summary>Plans <paramref name="topic"/> beside the topics of <paramref name="existing"/>.</summary>
    /// <param name="topic">What is wanted.</param>
    /// <param name="existing">Topics there are.</param>
    /// <param name="broker">Defaults and ids.</param>
    /// <param name="planned">What the same request makes before it.</param>
    public static TopicCreation Plan(NewTopic topic, TopicTable existing, BrokerView broker, IEnumerable<TopicCreation> planned)
    {
        if (topic.Name == TopicName.ClusterMetadata)
            return Refuse(ErrorCode.InvalidRequest, $"Creation of internal topic {TopicName.ClusterMetadata} is prohibited.");
        if (TopicName.Validate(topic.Name) is { } badName) return Refuse(ErrorCode.InvalidTopicException, badName);
        if (existing.Find(topic.Name) is not null) return Refuse(ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.");
        if (FindCollision(topic.Name, existing, planned) is { } other)
            return Refuse(ErrorCode.InvalidTopicException, $"Topic '{topic.Name}' collides with existing topic: {other}");

        ErrorCode error = CheckCounts(topic, broker, out int partitionCount, out string? message);
        if (error != ErrorCode.None) return Refuse(error, message!);

        AlterationResult configs = ConfigAlteration.PlanCreation(
            topic.Name, [.. topic.Configs.Select(static config => KeyValuePair.Create(config.Name, config.Value))], existing.Image, broker.Given, broker.BrokerId);
        if (!configs.IsAllowed) return Refuse(configs.ErrorCode, configs.Message!);
        return new TopicCreation(
            ErrorCode.None, null, new TopicImage(topic.Name, Uuid.NewRandom(), PartitionsFrom(0, partitionCount, broker.BrokerId)), configs.Change?.Set ?? ImmutableDictionary<string, string>.Empty);
    }

    /// <summary>New partitions whose only replica is this broker.</summary>
    /// <param name="firstIndex">Number of the first.</param>
    /// <param name="endIndex">Number after the last.</param>
    /// <param name="brokerId">This broker.</param>
    public static ImmutableArray<PartitionImage> PartitionsFrom(int firstIndex, int endIndex, int brokerId)
    {
        ImmutableArray<PartitionImage>.Builder partitions = ImmutableArray.CreateBuilder<PartitionImage>(endIndex - firstIndex);
        for (int index = firstIndex; index < endIndex; index++) partitions.Add(PartitionImage.OnOneBroker(index, brokerId));
        return partitions.MoveToImmutable();
    }

    /// <summary>'.' and '_' look the same in metric names, so two topics may not differ in nothing else.</summary>
    private static string? FindCollision(string name, TopicTable existing, IEnumerable<TopicCreation> planned) =>
        existing.Image.FindCollision(name)
        ?? planned.FirstOrDefault(creation => creation.Topic is not null && TopicName.Collide(creation.Topic.Name, name))?.Topic!.Name;

    private static ErrorCode CheckCounts(NewTopic topic, BrokerView broker, out int partitionCount, out string? message)
    {
        partitionCount = topic.PartitionCount == -1 ? broker.PartitionCountDefault : topic.PartitionCount;
        message = null;
        if (topic.Assignments is { Count: > 0 }) return CheckAssignments(topic, broker, out partitionCount, out message);
        if (topic.ReplicationFactor is 0 or < -1)
        {
            message = "Replication factor must be larger than 0, or -1 to use the default value.";
            return ErrorCode.InvalidReplicationFactor;
        }
        if (topic.PartitionCount is 0 or < -1)
        {
            message = "Number of partitions was set to an invalid non-positive value.";
            return ErrorCode.InvalidPartitions;
        }
        int replicationFactor = topic.ReplicationFactor == -1 ? broker.ReplicationFactorDefault : topic.ReplicationFactor;
        if (replicationFactor > 1)
        {
            message = $"Unable to replicate the partition {replicationFactor} time(s): The target replication factor of {replicationFactor} cannot be reached because only 1 broker(s) are registered.";
            return ErrorCode.InvalidReplicationFactor;
        }
        if (!broker.HasOpenLogDirectory)
        {
            message = NoPlaceMessage;
            return ErrorCode.InvalidReplicationFactor;
        }
        return ErrorCode.None;
    }

    private static ErrorCode CheckAssignments(NewTopic topic, BrokerView broker, out int partitionCount, out string? message)
    {
        partitionCount = topic.Assignments!.Count;
        message = null;
        if (topic.ReplicationFactor != -1)
        {
            message = "A manual partition assignment was specified, but replication factor was not set to -1.";
            return ErrorCode.InvalidRequest;
        }
        if (topic.PartitionCount != -1)
        {
            message = "A manual partition assignment was specified, but numPartitions was not set to -1.";
            return ErrorCode.InvalidRequest;
        }
        HashSet<int> indexes = [];
        foreach ((int partition, IReadOnlyList<int> brokerIds) in topic.Assignments)
        {
            message = CheckReplicas(brokerIds, broker)
                ?? (indexes.Add(partition) ? null : $"Found multiple manual partition assignments for partition {partition}");
            if (message is not null) return ErrorCode.InvalidReplicaAssignment;
        }
        for (int index = 0; index < partitionCount; index++)
        {
            if (indexes.Contains(index)) continue;
            message = "partitions should be a consecutive 0-based integer sequence";
            return ErrorCode.InvalidReplicaAssignment;
        }
        return ErrorCode.None;
    }

    /// <summary>What is wrong with a list of replicas, or null.</summary>
    public static string? CheckReplicas(IReadOnlyList<int> brokerIds, BrokerView broker)
    {
        if (brokerIds.Count == 0) return "The manual partition assignment includes an empty replica list.";
        if (brokerIds.Distinct().Count() != brokerIds.Count) return "The manual partition assignment includes the same broker more than once.";
        foreach (int id in brokerIds)
        {
            if (id != broker.BrokerId) return $"The manual partition assignment includes broker {id}, but no such broker is registered.";
        }
        return null;
    }

    /// <summary>A topic that is not made.</summary>
    public static TopicCreation Refuse(ErrorCode error, string message) => new(error, message, null, ImmutableDictionary<string, string>.Empty);
}
