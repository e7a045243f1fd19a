using Sluice.Metadata.Quotas;

namespace Sluice.Metadata;

/// <summary>The quotas of an entity are others from here on.</summary>
/// <param name="Entity">Users and clients, or addresses.</param>
/// <param name="Limits">All that it has now; without any, the entity is forgotten.</param>
public sealed record ClientQuotasChanged(ClientQuotaEntity Entity, ClientQuotaLimits Limits) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (Entity is { User: null, ClientId: null, Ip: null } or { Ip: not null, User: not null } or { Ip: not null, ClientId: not null })
            throw new MetadataChangeException("Quotas are of users and clients, or of addresses.");
        foreach (ClientQuotaKey key in ClientQuotaKeys.All)
        {
            if (Limits[key] is not { } limit) continue;
            if (!(limit > 0)) throw new MetadataChangeException($"A quota of {limit} is none.");
            if (ClientQuotaKeys.IsOfAddresses(key) != Entity.IsOfAddresses) throw new MetadataChangeException($"{Entity} cannot have {ClientQuotaKeys.NameOf(key)}.");
        }
        return image.WithClientQuotas(Entity, Limits);
    }
}
