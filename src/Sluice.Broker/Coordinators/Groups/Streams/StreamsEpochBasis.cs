namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>What a group's epoch stands for beside its members: a change of any of it begins another.</summary>
/// <param name="MetadataHash">Over the topics that the topology needs; 0 for none.</param>
/// <param name="ValidatedTopologyEpoch">Epoch of the topology that tasks could be assigned of; -1 = of none yet.</param>
/// <param name="StandbyReplicas">Standby copies of each task; -1 = not known.</param>
internal readonly record struct StreamsEpochBasis(long MetadataHash, int ValidatedTopologyEpoch, int StandbyReplicas)
{
    /// <summary>Of a group that has no epoch yet.</summary>
    public static StreamsEpochBasis None { get; } = new(0, -1, -1);
}
