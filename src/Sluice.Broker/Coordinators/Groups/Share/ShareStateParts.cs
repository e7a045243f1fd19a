using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>Of which partitions a share group has state, or is about to. Immutable.</summary>
/// <param name="Initializing">State was ordered for these, or ordered anew.</param>
/// <param name="Initialized">These have state: they are the ones that may be assigned.</param>
/// <param name="Deleting">Topics whose state is being deleted.</param>
internal sealed record ShareStateParts(PartitionSet Initializing, PartitionSet Initialized, ImmutableHashSet<Uuid> Deleting)
{
    /// <summary>Nothing has state.</summary>
    public static ShareStateParts None { get; } = new(PartitionSet.Empty, PartitionSet.Empty, []);

    /// <summary>Topics in any of the three.</summary>
    public IEnumerable<Uuid> Topics => Initializing.Topics.Concat(Initialized.Topics).Concat(Deleting).Distinct();

    /// <summary>Without what belongs to other topics than these.</summary>
    public ShareStateParts WhereTopic(Func<Uuid, bool> isWanted) =>
        new(Initializing.WhereTopic(isWanted), Initialized.WhereTopic(isWanted), [.. Deleting.Where(isWanted)]);

    /// <summary>With the state of these topics on its way out.</summary>
    public ShareStateParts Delete(IReadOnlyCollection<Uuid> topics) =>
        WhereTopic(topic => !topics.Contains(topic)) with { Deleting = Deleting.Union(topics) };
}
