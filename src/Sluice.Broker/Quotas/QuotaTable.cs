using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Sluice.Metadata.Quotas;

namespace Sluice.Broker.Quotas;

/// <summary>The quotas that are set, as they are asked for: which limit holds for this user and client id, or this address.</summary>
/// <remarks>Immutable; made anew when a quota changes.</remarks>
internal sealed class QuotaTable
{
    private readonly FrozenDictionary<ClientQuotaEntity, ClientQuotaLimits> _quotas;
    private readonly FrozenDictionary<IPAddress, double> _byAddress;
    private readonly double? _addressDefault;
    private readonly bool[] _isLimited = new bool[ClientQuotaKeys.All.Length];

    /// <summary>Makes the table.</summary>
    /// <param name="quotas">As the metadata has them.</param>
    public QuotaTable(ImmutableDictionary<ClientQuotaEntity, ClientQuotaLimits> quotas)
    {
        _quotas = quotas.Where(static pair => !pair.Key.IsOfAddresses).ToFrozenDictionary();
        _byAddress = quotas
            .Where(static pair => pair.Key.Ip is { Length: > 0 } && pair.Value.ConnectionCreationRate is not null)
            .ToLookup(static pair => Plain(IPAddress.Parse(pair.Key.Ip!)), static pair => pair.Value.ConnectionCreationRate!.Value)
            .ToFrozenDictionary(static limits => limits.Key, static limits => limits.Min());
        _addressDefault = quotas.GetValueOrDefault(new ClientQuotaEntity(null, null, ""))?.ConnectionCreationRate;
        foreach (ClientQuotaKey key in ClientQuotaKeys.All) _isLimited[(int)key] = quotas.Values.Any(limits => limits[key] is not null);
        LimitsRequests = ClientQuotaKeys.All.Any(key => !ClientQuotaKeys.IsOfAddresses(key) && IsLimited(key));
    }

    /// <summary>Whether there is any quota of users and clients.</summary>
    public bool LimitsRequests { get; }

    /// <summary>Whether anybody has a quota of a kind.</summary>
    public bool IsLimited(ClientQuotaKey key) => _isLimited[(int)key];

    /// <summary>Finds the limit of a client.</summary>
    /// <param name="key">A kind of users and clients.</param>
    /// <param name="user">Name of its user.</param>
    /// <param name="clientId">As its request says; may be empty.</param>
    /// <param name="sharer">Who uses the limit up together.</param>
    /// <returns>Null if there is no limit.</returns>
    /// <remarks>The first of Kafka's eight places that has a limit of this kind counts.</remarks>
    public double? Find(ClientQuotaKey key, string user, string clientId, out QuotaSharer sharer)
    {
        sharer = default;
        if (!IsLimited(key)) return null;
        // No entity has an empty client id for a name: where a request has none, the default of all, which is stored as "", is what it falls back to.
        double? limit = At(user, clientId) ?? At(user, "");
        if (limit is not null) return Shared(user, clientId, ref sharer, limit);
        limit = At(user, null);
        if (limit is not null) return Shared(user, null, ref sharer, limit);
        limit = At("", clientId) ?? At("", "");
        if (limit is not null) return Shared(user, clientId, ref sharer, limit);
        limit = At("", null);
        return limit is not null ? Shared(user, null, ref sharer, limit) : Shared(null, clientId, ref sharer, At(null, clientId) ?? At(null, ""));

        double? Shared(string? byUser, string? byClientId, ref QuotaSharer found, double? shared)
        {
            found = new QuotaSharer(key, byUser, byClientId);
            return shared;
        }

        double? At(string? userPart, string? clientPart) => _quotas.TryGetValue(new ClientQuotaEntity(userPart, clientPart, null), out ClientQuotaLimits? limits) ? limits[key] : null;
    }

    /// <summary>Most new connections per second from an address; null for no limit.</summary>
    public double? FindAddress(IPAddress address) =>
        !IsLimited(ClientQuotaKey.ConnectionCreationRate) ? null : _byAddress.TryGetValue(Plain(address), out double limit) ? limit : _addressDefault;

    /// <summary>An IPv4 address as such, also where a socket of both families gave it.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
