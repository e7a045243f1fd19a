namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>What a member is told beside its tasks. The numbers are those of the protocol.</summary>
internal enum StreamsStatus : sbyte
{
    /// <summary>The member runs an older topology than its group.</summary>
    StaleTopology = 0,

    /// <summary>A topic that is read does not exist.</summary>
    MissingSourceTopics = 1,

    /// <summary>Topics that must have equally many partitions have not.</summary>
    IncorrectlyPartitionedTopics = 2,

    /// <summary>Topics of the application itself do not exist yet.</summary>
    MissingInternalTopics = 3,

    /// <summary>A member asked for the whole application to end.</summary>
    ShutdownApplication = 4,

    /// <summary>The group waits for more members before it assigns.</summary>
    AssignmentDelayed = 5,
}
