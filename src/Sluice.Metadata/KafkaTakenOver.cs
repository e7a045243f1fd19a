using System.Collections.Immutable;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Kafka;
using Sluice.Metadata.Quotas;
using Sluice.Metadata.Scram;

namespace Sluice.Metadata;

/// <summary>The directory was Apache Kafka's and is Sluice's from here on. The first change of its store, there at most once.</summary>
/// <param name="NodeId">The id that the node had and keeps.</param>
/// <param name="MetadataVersion">The level of Kafka's <c>metadata.version</c>.</param>
/// <param name="MetadataEndOffset">Offset in Kafka's metadata log up to which everything was taken over.</param>
/// <param name="MetadataEpoch">Epoch of the last record before it.</param>
/// <param name="Kept">Records for which there is no other place here: features, SCRAM credentials, ACLs, quotas, and settings that only count at start.
/// Carried along so that a version that acts upon them finds them: an image has the ACLs, client quotas and SCRAM credentials among them as its own, and
/// keeps only the others.</param>
public sealed record KafkaTakenOver(int NodeId, short MetadataVersion, long MetadataEndOffset, int MetadataEpoch, ImmutableArray<KafkaRecord> Kept)
    : MetadataChange
{
    /// <summary>How many of the kept records are of one type.</summary>
    /// <param name="recordType">The number of the schema, such as <c>UserScramCredentialRecord.RecordType</c>.</param>
    public int CountOf(short recordType) => Kept.Count(record => record.Type == recordType);

    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (image.TakenOver is not null) throw new MetadataChangeException("The directory was taken over from Kafka before.");
        if (Kept.IsDefault) throw new MetadataChangeException("The kept records of Kafka are missing.");
        // These have had places of their own since versions that only kept them: from here on they are the image's, and snapshots have them as its.
        ImmutableArray<AccessControlEntry> acls = KafkaAcls.TakeFrom(Kept, out ImmutableArray<KafkaRecord> rest);
        Dictionary<ClientQuotaEntity, ClientQuotaLimits> quotas = KafkaClientQuotas.TakeFrom(rest, out rest);
        if (!acls.IsEmpty) image = image.WithAcls(image.Acls.With(acls));
        foreach ((ClientQuotaEntity entity, ClientQuotaLimits limits) in quotas) image = image.WithClientQuotas(entity, limits);
        IReadOnlyList<(string User, ScramCredential Credential)> credentials = KafkaScramCredentials.TakeFrom(rest, out rest);
        foreach ((string user, ScramCredential credential) in credentials) image = image.WithScramCredential(user, credential);
        return image.WithTakenOver(this with { Kept = rest });
    }
}
