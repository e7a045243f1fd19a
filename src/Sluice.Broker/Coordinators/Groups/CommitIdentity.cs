namespace Sluice.Broker.Coordinators.Groups;

/// <summary>Who a commit says that it comes from.</summary>
/// <param name="MemberId">Empty for somebody who is in no group.</param>
/// <param name="InstanceId"><c>group.instance.id</c>, or null.</param>
/// <param name="GenerationOrEpoch">Generation of a classic group, member epoch of a consumer group; below 0 for somebody who is in no group.</param>
/// <param name="IsTransactional">Whether it is made by a producer, inside its transaction.</param>
/// <param name="Version">Version of the request.</param>
internal readonly record struct CommitIdentity(string MemberId, string? InstanceId, int GenerationOrEpoch, bool IsTransactional, short Version);
