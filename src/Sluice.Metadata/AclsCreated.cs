using System.Collections.Immutable;
using Sluice.Metadata.Acls;

namespace Sluice.Metadata;

/// <summary>ACLs were made.</summary>
/// <param name="Entries">At least one; one that is there already is no mistake.</param>
public sealed record AclsCreated(ImmutableArray<AccessControlEntry> Entries) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (Entries.IsDefaultOrEmpty) throw new MetadataChangeException("No ACLs are given to be made.");
        foreach (AccessControlEntry entry in Entries)
        {
            if (entry.Validate() is { } reason) throw new MetadataChangeException(reason + ".");
        }
        return image.WithAcls(image.Acls.With(Entries));
    }
}
