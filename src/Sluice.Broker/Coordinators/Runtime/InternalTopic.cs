using Sluice.Broker.Topics;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>The topic that a coordinator keeps its state in, as it is made when it is first needed.</summary>
/// <param name="Name">One of the internal names.</param>
/// <param name="PartitionCount">Shards of the coordinator.</param>
/// <param name="Configs">Settings that it is made with.</param>
internal sealed record InternalTopic(string Name, int PartitionCount, IReadOnlyList<(string Name, string? Value)> Configs)
{
    /// <summary>What to ask the topics' manager for.</summary>
    public NewTopic ToNewTopic() => new(Name, PartitionCount, ReplicationFactor: 1, Assignments: null, Configs);
}
