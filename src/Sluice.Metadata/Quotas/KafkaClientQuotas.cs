using System.Collections.Immutable;
using Sluice.Metadata.Kafka;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Metadata.Quotas;

/// <summary>Reads the quotas among the records that were taken over from Apache Kafka.</summary>
internal static class KafkaClientQuotas
{
    /// <summary>Splits records into quotas and the rest.</summary>
    /// <param name="kept">As they were written there; a later record of an entity and key counts instead of an earlier one.</param>
    /// <param name="rest">What is no quota, or one of an entity or kind that is not known here.</param>
    internal static Dictionary<ClientQuotaEntity, ClientQuotaLimits> TakeFrom(ImmutableArray<KafkaRecord> kept, out ImmutableArray<KafkaRecord> rest)
    {
        Dictionary<ClientQuotaEntity, ClientQuotaLimits> quotas = [];
        rest = kept.RemoveAll(record => record.Type == ClientQuotaRecord.RecordType && TryTake(record, quotas));
        return quotas;
    }

    private static bool TryTake(KafkaRecord record, Dictionary<ClientQuotaEntity, ClientQuotaLimits> quotas)
    {
        ClientQuotaRecord quota = new();
        try
        {
            MessageReader reader = new(Convert.FromBase64String(record.Body));
            quota.Read(ref reader, record.Version);
        }
        catch (Exception failure) when (failure is FormatException or WireFormatException)
        {
            // It stays among the records that are kept and not acted upon, which every start tells of.
            return false;
        }
        if (ClientQuotaAlteration.ReadEntity([.. quota.Entity.Select(static part => (part.EntityType, part.EntityName))], out ClientQuotaEntity entity) is not null) return false;
        if (!ClientQuotaKeys.TryParse(quota.Key, out ClientQuotaKey key) || ClientQuotaKeys.IsOfAddresses(key) != entity.IsOfAddresses || !(quota.Value > 0)) return false;
        quotas[entity] = quotas.GetValueOrDefault(entity, ClientQuotaLimits.None).With(key, quota.Value);
        return true;
    }
}
