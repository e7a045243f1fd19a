using System.Buffers;
using Sluice.Metadata.Tokens;

namespace Sluice.Metadata.Local;

/// <summary>Writes an image as the changes that make it from nothing; <see cref="SnapshotReader"/> reads them.</summary>
internal static class SnapshotWriter
{
    /// <summary>ACLs of one frame: few enough for a line that can still be looked at.</summary>
    private const int AclsPerChange = 100;

    internal static ArrayBufferWriter<byte> Write(MetadataImage image)
    {
        List<MetadataChange> changes = ChangesOf(image);
        var output = new ArrayBufferWriter<byte>();
        var header = new MetadataFileHeader(
            MetadataFileHeader.FormatNewest, MetadataFileHeader.KindSnapshot, image.ClusterId, image.Version, changes.Count);
        MetadataFile.WriteFrame(output, header, MetadataJson.Default.MetadataFileHeader);
        foreach (MetadataChange change in changes) MetadataFile.WriteFrame(output, change, MetadataJson.Default.MetadataChange);
        return output;
    }

    // Sorted, so that equal images are equal bytes. Topics before settings, which need them.
    private static List<MetadataChange> ChangesOf(MetadataImage image)
    {
        var changes = new List<MetadataChange>();
        if (image.TakenOver is not null) changes.Add(image.TakenOver);
        foreach (TopicImage topic in image.TopicsByName.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal))
        {
            changes.Add(new TopicCreated(topic.Name, topic.Id, topic.Partitions));
        }
        foreach (var (resource, settings) in image.Configs.OrderBy(pair => pair.Key.Type).ThenBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            changes.Add(new ConfigsChanged(resource, settings, []));
        }
        if (image.Acls.Count > 0) changes.AddRange(image.Acls.Sorted.Chunk(AclsPerChange).Select(static entries => new AclsCreated([.. entries])));
        foreach (var (entity, limits) in image.ClientQuotas.OrderBy(pair => pair.Key.User, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.ClientId, StringComparer.Ordinal).ThenBy(pair => pair.Key.Ip, StringComparer.Ordinal))
        {
            changes.Add(new ClientQuotasChanged(entity, limits));
        }
        foreach (var (user, credential) in image.ScramCredentials.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Mechanism))
        {
            changes.Add(ScramCredentialSet.Of(user.Name, credential));
        }
        foreach (DelegationToken token in image.DelegationTokens.Values.OrderBy(token => token.TokenId, StringComparer.Ordinal))
        {
            changes.Add(new DelegationTokenSet(token));
        }
        foreach (var (name, level) in image.FeatureLevels.OrderBy(pair => pair.Key, StringComparer.Ordinal)) changes.Add(new FeatureLevelSet(name, level));
        if (image.NextProducerId > 0) changes.Add(ProducerIdBlockAllocated.UpTo(image.NextProducerId));
        return changes;
    }
}
