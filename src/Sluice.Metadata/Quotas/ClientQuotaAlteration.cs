using System.Globalization;
using System.Net;
using Sluice.Protocol;

namespace Sluice.Metadata.Quotas;

/// <summary>Decides what an AlterClientQuotas entry changes: Kafka's rules in Kafka's order, without I/O.</summary>
/// <param name="ErrorCode">NONE, or INVALID_REQUEST.</param>
/// <param name="Message">What is wrong, for people; null if nothing is.</param>
/// <param name="Change">What to commit; null if nothing is to be.</param>
public sealed record ClientQuotaAlteration(ErrorCode ErrorCode, string? Message, ClientQuotasChanged? Change)
{
    /// <summary>Plans the change of one entity.</summary>
    /// <param name="parts">Type and name of each part; the name null for the default.</param>
    /// <param name="operations">Keys with their new values, null to take one away; the last word on a key counts.</param>
    /// <param name="image">What is there.</param>
    public static ClientQuotaAlteration Plan(
        IReadOnlyList<(string Type, string? Name)> parts, IReadOnlyList<(string Key, double? Value)> operations, MetadataImage image)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(image);
        if (ReadEntity(parts, out ClientQuotaEntity entity) is { } badEntity) return Refuse(badEntity);
        ClientQuotaLimits present = image.ClientQuotasOf(entity);
        ClientQuotaLimits limits = present;
        foreach ((string name, double? value) in operations)
        {
            bool isKnown = ClientQuotaKeys.TryParse(name, out ClientQuotaKey key) && ClientQuotaKeys.IsOfAddresses(key) == entity.IsOfAddresses;
            // Taking away what cannot be there changes nothing, and is no mistake to Kafka.
            if (value is not { } limit)
            {
                if (isKnown) limits = limits.With(key, null);
                continue;
            }
            if (!isKnown) return Refuse($"Invalid configuration key {name}");
            if (CheckLimit(key, name, limit) is { } badLimit) return Refuse(badLimit);
            limits = limits.With(key, limit);
        }
        return new ClientQuotaAlteration(ErrorCode.None, null, limits == present ? null : new ClientQuotasChanged(entity, limits));
    }

    /// <summary>Reads an entity.</summary>
    /// <param name="parts">Type and name of each part; the name null for the default.</param>
    /// <param name="entity">The entity, if it is one.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? ReadEntity(IReadOnlyList<(string Type, string? Name)> parts, out ClientQuotaEntity entity)
    {
        ArgumentNullException.ThrowIfNull(parts);
        entity = new ClientQuotaEntity(null, null, null);
        if (parts.Count == 0) return "Invalid empty client quota entity";
        foreach ((string type, string? name) in parts)
        {
            if (entity.Part(type) is not null) return $"Invalid client quota entity, duplicate entity entry {type}";
            string stored = name ?? "";
            switch (type)
            {
                case ClientQuotaEntity.UserType: entity = entity with { User = stored }; break;
                case ClientQuotaEntity.ClientIdType: entity = entity with { ClientId = stored }; break;
                case ClientQuotaEntity.IpType: entity = entity with { Ip = stored }; break;
                default: return $"Unhandled client quota entity type: {type}";
            }
            if (name is { Length: 0 }) return $"Empty {type} not supported";
        }
        if (entity is { Ip: not null } and ({ User: not null } or { ClientId: not null }))
            return "Invalid quota entity combination, IP entity should not be combined with User or ClientId";
        // Kafka looks names up; here an address is an address, so that nobody waits for a name server while quotas are changed.
        if (entity.Ip is { Length: > 0 } ip && !IPAddress.TryParse(ip, out _)) return $"{ip} is not a valid IP or resolvable host.";
        return null;
    }

    private static string? CheckLimit(ClientQuotaKey key, string name, double limit)
    {
        if (double.IsNaN(limit)) return $"Quota {name} must be a number";
        if (limit <= 0) return $"Quota {name} must be greater than 0";
        (double max, string type) = key switch
        {
            ClientQuotaKey.ProducerByteRate or ClientQuotaKey.ConsumerByteRate => (long.MaxValue, "LONG"),
            ClientQuotaKey.ConnectionCreationRate => (int.MaxValue, "INT"),
            _ => (double.MaxValue, "DOUBLE"),
        };
        if (limit > max) return $"Proposed value for {name} is too large for {(type == "INT" ? "an" : "a")} {type}.";
        const double fractionMax = 1e-6;
        return type != "DOUBLE" && limit % 1.0 > fractionMax ? string.Create(CultureInfo.InvariantCulture, $"{name} cannot be a fractional value.") : null;
    }

    private static ClientQuotaAlteration Refuse(string message) => new(ErrorCode.InvalidRequest, message, null);
}
