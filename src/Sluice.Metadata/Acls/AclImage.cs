using System.Collections.Immutable;

namespace Sluice.Metadata.Acls;

/// <summary>The ACLs at one version, found by the resource that they are about.</summary>
/// <remarks>Immutable; safe for any number of threads. A commit that changes no ACL keeps the instance, so that what was decided by it still holds.</remarks>
public sealed class AclImage
{
    private readonly ImmutableDictionary<AclResource, ImmutableHashSet<AccessControlEntry>> _byResource;

    // How many prefixed resources there are of each length, so that a look-up tries no beginning of a name that nobody wrote an ACL for.
    private readonly ImmutableDictionary<AclResourceType, ImmutableSortedDictionary<int, int>> _prefixLengths;

    private AclImage(
        ImmutableDictionary<AclResource, ImmutableHashSet<AccessControlEntry>> byResource,
        ImmutableDictionary<AclResourceType, ImmutableSortedDictionary<int, int>> prefixLengths,
        int count)
    {
        _byResource = byResource;
        _prefixLengths = prefixLengths;
        Count = count;
    }

    /// <summary>No ACL at all.</summary>
    public static AclImage Empty { get; } = new(
        ImmutableDictionary<AclResource, ImmutableHashSet<AccessControlEntry>>.Empty,
        ImmutableDictionary<AclResourceType, ImmutableSortedDictionary<int, int>>.Empty,
        count: 0);

    /// <summary>How many ACLs there are.</summary>
    public int Count { get; }

    /// <summary>Every ACL, in no order.</summary>
    public IEnumerable<AccessControlEntry> All => _byResource.Values.SelectMany(static entries => entries);

    /// <summary>Every ACL, by resource, then by principal: the order in which people and files get them.</summary>
    public IEnumerable<AccessControlEntry> Sorted => Sort(All);

    /// <summary>Whether this very ACL is there.</summary>
    /// <param name="entry">Any ACL.</param>
    public bool Contains(AccessControlEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return EntriesOf(entry.Resource).Contains(entry);
    }

    /// <summary>The ACLs that are written for exactly these resources; empty if there are none.</summary>
    /// <param name="resource">Any resource.</param>
    public ImmutableHashSet<AccessControlEntry> EntriesOf(AclResource resource) => _byResource.GetValueOrDefault(resource, []);

    /// <summary>The lengths, rising, of the beginnings of names for which there are prefixed ACLs.</summary>
    /// <param name="type">A kind of resource.</param>
    public IEnumerable<int> PrefixLengthsOf(AclResourceType type) => _prefixLengths.TryGetValue(type, out var lengths) ? lengths.Keys : [];

    /// <summary>The ACLs that somebody asks for, sorted.</summary>
    /// <param name="filter">Valid.</param>
    public IEnumerable<AccessControlEntry> Find(AclFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Sort(All.Where(filter.Matches));
    }

    internal AclImage With(ImmutableArray<AccessControlEntry> entries)
    {
        var byResource = _byResource.ToBuilder();
        var prefixLengths = _prefixLengths;
        int count = Count;
        foreach (AccessControlEntry entry in entries)
        {
            ImmutableHashSet<AccessControlEntry>? present = byResource.GetValueOrDefault(entry.Resource);
            ImmutableHashSet<AccessControlEntry> now = (present ?? []).Add(entry);
            if (ReferenceEquals(now, present)) continue;
            byResource[entry.Resource] = now;
            count++;
            if (present is null && entry.PatternType == AclPatternType.Prefixed) prefixLengths = Counted(prefixLengths, entry, change: 1);
        }
        return count == Count ? this : new AclImage(byResource.ToImmutable(), prefixLengths, count);
    }

    internal AclImage Without(ImmutableArray<AccessControlEntry> entries)
    {
        var byResource = _byResource.ToBuilder();
        var prefixLengths = _prefixLengths;
        int count = Count;
        foreach (AccessControlEntry entry in entries)
        {
            if (!byResource.TryGetValue(entry.Resource, out ImmutableHashSet<AccessControlEntry>? present)) continue;
            ImmutableHashSet<AccessControlEntry> left = present.Remove(entry);
            if (ReferenceEquals(left, present)) continue;
            count--;
            if (!left.IsEmpty)
            {
                byResource[entry.Resource] = left;
                continue;
            }
            byResource.Remove(entry.Resource);
            if (entry.PatternType == AclPatternType.Prefixed) prefixLengths = Counted(prefixLengths, entry, change: -1);
        }
        return count == Count ? this : new AclImage(byResource.ToImmutable(), prefixLengths, count);
    }

    private static IEnumerable<AccessControlEntry> Sort(IEnumerable<AccessControlEntry> entries) => entries
        .OrderBy(static entry => entry.ResourceType).ThenBy(static entry => entry.ResourceName, StringComparer.Ordinal).ThenBy(static entry => entry.PatternType)
        .ThenBy(static entry => entry.Principal, StringComparer.Ordinal).ThenBy(static entry => entry.Host, StringComparer.Ordinal)
        .ThenBy(static entry => entry.Operation).ThenBy(static entry => entry.Permission);

    private static ImmutableDictionary<AclResourceType, ImmutableSortedDictionary<int, int>> Counted(
        ImmutableDictionary<AclResourceType, ImmutableSortedDictionary<int, int>> lengths, AccessControlEntry entry, int change)
    {
        ImmutableSortedDictionary<int, int> ofType = lengths.GetValueOrDefault(entry.ResourceType, ImmutableSortedDictionary<int, int>.Empty);
        int length = entry.ResourceName.Length;
        int count = ofType.GetValueOrDefault(length) + change;
        return lengths.SetItem(entry.ResourceType, count == 0 ? ofType.Remove(length) : ofType.SetItem(length, count));
    }
}
