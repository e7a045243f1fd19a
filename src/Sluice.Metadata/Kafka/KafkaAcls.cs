using System.Collections.Immutable;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Metadata.Kafka;

/// <summary>Reads the ACLs among the records that Kafka's metadata held.</summary>
public static class KafkaAcls
{
    /// <summary>Reads one record.</summary>
    /// <param name="record">Any kept record.</param>
    /// <returns>Null if it is no ACL, or one of a kind that is not known here.</returns>
    public static AccessControlEntry? TryRead(KafkaRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Type != AccessControlEntryRecord.RecordType) return null;
        var message = new AccessControlEntryRecord();
        if (record.Version < message.LowestVersion || record.Version > message.HighestVersion) return null;
        try
        {
            var reader = new MessageReader(Convert.FromBase64String(record.Body));
            message.Read(ref reader, record.Version);
        }
        catch (WireFormatException)
        {
            // Stays among the records that are kept and not acted upon, which the takeover tells of.
            return null;
        }
        var entry = new AccessControlEntry(
            (AclResourceType)message.ResourceType, (AclPatternType)message.PatternType, message.ResourceName, message.Principal, message.Host,
            (AclOperation)message.Operation, (AclPermission)message.PermissionType);
        return entry.Validate() is null ? entry : null;
    }

    /// <summary>Separates the ACLs from the other records.</summary>
    /// <param name="records">What was kept of Kafka's metadata.</param>
    /// <param name="rest">The others, and ACLs that could not be read, in their order.</param>
    internal static ImmutableArray<AccessControlEntry> TakeFrom(ImmutableArray<KafkaRecord> records, out ImmutableArray<KafkaRecord> rest)
    {
        var entries = ImmutableArray.CreateBuilder<AccessControlEntry>();
        var others = ImmutableArray.CreateBuilder<KafkaRecord>();
        foreach (KafkaRecord record in records)
        {
            if (TryRead(record) is { } entry) entries.Add(entry);
            else others.Add(record);
        }
        rest = others.ToImmutable();
        return entries.ToImmutable();
    }
}
