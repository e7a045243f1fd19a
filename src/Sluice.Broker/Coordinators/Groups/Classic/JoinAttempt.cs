using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Classic;

/// <summary>A JoinGroup on its way through the group.</summary>
/// <param name="Request">The request.</param>
/// <param name="Version">Its version.</param>
/// <param name="Client">Who sent it.</param>
/// <param name="Protocols">Its protocols, copied.</param>
internal sealed record JoinAttempt(JoinGroupRequest Request, short Version, GroupClient Client, IReadOnlyList<ClassicProtocol> Protocols)
{
    /// <summary>Before version 1 the session timeout stands for both.</summary>
    public int RebalanceTimeoutMs => Version == 0 ? Request.SessionTimeoutMs : Request.RebalanceTimeoutMs;
}
