namespace Sluice.Client.Admin;

/// <summary>The quotas of one entity.</summary>
/// <param name="User">Name of a user; "" for every user without a quota of its own; null if users do not matter.</param>
/// <param name="ClientId">A client id, in the same way.</param>
/// <param name="Ip">An address, in the same way; alone.</param>
/// <param name="Limits">By Kafka's names, such as <c>producer_byte_rate</c>.</param>
public sealed record ClientQuota(string? User, string? ClientId, string? Ip, IReadOnlyDictionary<string, double> Limits)
{
    /// <summary>For people: <c>user alice, client-id (default)</c>.</summary>
    public string Entity => string.Join(", ", Parts().Select(static part => $"{part.Type} {part.Name ?? "(default)"}"));

    /// <summary>The parts there are; the name null for the default.</summary>
    internal IEnumerable<(string Type, string? Name)> Parts()
    {
        if (User is not null) yield return ("user", User.Length == 0 ? null : User);
        if (ClientId is not null) yield return ("client-id", ClientId.Length == 0 ? null : ClientId);
        if (Ip is not null) yield return ("ip", Ip.Length == 0 ? null : Ip);
    }
}
