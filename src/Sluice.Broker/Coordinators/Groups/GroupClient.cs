using System.Net;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>Who sent a request to the group coordinator.</summary>
/// <param name="Id">Client id; empty for none.</param>
/// <param name="Host">Address as groups show and store it: a slash and the number, such as <c>/10.0.0.1</c>.</param>
internal readonly record struct GroupClient(string Id, string Host)
{
    /// <summary>The client behind a request.</summary>
    public static GroupClient From(string clientId, IPAddress address) =>
        new(clientId, "/" + (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));
}
