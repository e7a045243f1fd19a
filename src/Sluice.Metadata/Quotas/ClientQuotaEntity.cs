using System.Text.Json.Serialization;

namespace Sluice.Metadata.Quotas;

/// <summary>Whom a quota is for: a user, a client id, both together, or an address.</summary>
/// <param name="User">Name of a user; "" for every user without a quota of its own; null if users do not matter.</param>
/// <param name="ClientId">A client id; "" for every one without a quota of its own; null if client ids do not matter.</param>
/// <param name="Ip">An address, alone; "" for every address without a quota of its own; null if addresses do not matter.</param>
/// <remarks>Kafka knows no empty names, so that "" is free to stand for its default entities, as it does for those of settings.</remarks>
[method: JsonConstructor]
public readonly record struct ClientQuotaEntity(string? User, string? ClientId, string? Ip)
{
    /// <summary>Kafka's name of the part that is a user.</summary>
    public const string UserType = "user";

    /// <summary>Kafka's name of the part that is a client id.</summary>
    public const string ClientIdType = "client-id";

    /// <summary>Kafka's name of the part that is an address.</summary>
    public const string IpType = "ip";

    /// <summary>Whether it is for addresses.</summary>
    [JsonIgnore]
    public bool IsOfAddresses => Ip is not null;

    /// <summary>The parts there are.</summary>
    /// <returns>Kafka's name of the part, and the name, null for the default.</returns>
    public IEnumerable<(string Type, string? Name)> Parts()
    {
        if (User is not null) yield return (UserType, User.Length == 0 ? null : User);
        if (ClientId is not null) yield return (ClientIdType, ClientId.Length == 0 ? null : ClientId);
        if (Ip is not null) yield return (IpType, Ip.Length == 0 ? null : Ip);
    }

    /// <summary>One part.</summary>
    /// <param name="type">Kafka's name of the part.</param>
    /// <returns>As the properties.</returns>
    public string? Part(string type) => type switch { UserType => User, ClientIdType => ClientId, IpType => Ip, _ => null };

    /// <summary>For people: <c>user 'alice', client-id default</c>.</summary>
    public override string ToString() => string.Join(", ", Parts().Select(static part => part.Name is null ? $"{part.Type} default" : $"{part.Type} '{part.Name}'"));
}
