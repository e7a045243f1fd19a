using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>Where a member shall go.</summary>
/// <param name="Epoch">Epoch of the target assignment.</param>
/// <param name="Target">Its part of it.</param>
/// <param name="IsSubscribed">Whether it wants a topic, by the topic's id.</param>
internal readonly record struct ReconciliationGoal(int Epoch, PartitionSet Target, Func<Uuid, bool> IsSubscribed);
