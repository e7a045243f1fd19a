using System.Text.Json.Serialization;

namespace Sluice.Metadata;

/// <summary>One change of what the cluster knows. Changes are what is stored; an image is what they add up to.</summary>
/// <remarks>
/// To add a kind of change: write the record in a file of its own, add one line below, add it to docs/formats/metadata-log.md, and let
/// <see cref="Local.SnapshotWriter"/> write what it left in the image. A name below is in people's files and never changes its meaning; a change whose
/// fields must change gets a new name.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(TopicCreated), nameof(TopicCreated))]
[JsonDerivedType(typeof(TopicDeleted), nameof(TopicDeleted))]
[JsonDerivedType(typeof(PartitionsAdded), nameof(PartitionsAdded))]
[JsonDerivedType(typeof(ConfigsChanged), nameof(ConfigsChanged))]
[JsonDerivedType(typeof(ClientQuotasChanged), nameof(ClientQuotasChanged))]
[JsonDerivedType(typeof(ProducerIdBlockAllocated), nameof(ProducerIdBlockAllocated))]
[JsonDerivedType(typeof(AclsCreated), nameof(AclsCreated))]
[JsonDerivedType(typeof(AclsDeleted), nameof(AclsDeleted))]
[JsonDerivedType(typeof(ScramCredentialSet), nameof(ScramCredentialSet))]
[JsonDerivedType(typeof(ScramCredentialRemoved), nameof(ScramCredentialRemoved))]
[JsonDerivedType(typeof(DelegationTokenSet), nameof(DelegationTokenSet))]
[JsonDerivedType(typeof(DelegationTokenRemoved), nameof(DelegationTokenRemoved))]
[JsonDerivedType(typeof(FeatureLevelSet), nameof(FeatureLevelSet))]
[JsonDerivedType(typeof(KafkaTakenOver), nameof(KafkaTakenOver))]
public abstract record MetadataChange
{
    /// <summary>Makes the image that has this change; the version is left to the caller.</summary>
    /// <exception cref="MetadataChangeException">The change does not fit to the image.</exception>
    internal abstract MetadataImage ApplyTo(MetadataImage image);
}
