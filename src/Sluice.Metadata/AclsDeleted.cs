using System.Collections.Immutable;
using Sluice.Metadata.Acls;

namespace Sluice.Metadata;

/// <summary>ACLs were taken back.</summary>
/// <param name="Entries">At least one; one that is not there is no mistake.</param>
public sealed record AclsDeleted(ImmutableArray<AccessControlEntry> Entries) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image) => Entries.IsDefaultOrEmpty
        ? throw new MetadataChangeException("No ACLs are given to be deleted.")
        : image.WithAcls(image.Acls.Without(Entries));
}
