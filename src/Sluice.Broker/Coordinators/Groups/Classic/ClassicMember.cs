using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Classic;

/// <summary>A member of a classic group.</summary>
/// <param name="id">Member id.</param>
/// <param name="instanceId"><c>group.instance.id</c> of a static member; null for a dynamic one.</param>
internal sealed class ClassicMember(string id, string? instanceId)
{
    /// <summary>Member id.</summary>
    public string Id { get; } = id;

    /// <summary><c>group.instance.id</c>; null for a dynamic member.</summary>
    public string? InstanceId { get; } = instanceId;

    /// <summary>Whether it keeps its place while it is away.</summary>
    public bool IsStatic => InstanceId is not null;

    /// <summary>Client id and address of its last join.</summary>
    public GroupClient Client { get; set; }

    /// <summary>Longest time that the group waits for it to join again.</summary>
    public int RebalanceTimeoutMs { get; set; }

    /// <summary>Longest time between two heartbeats.</summary>
    public int SessionTimeoutMs { get; set; }

    /// <summary>What it can do, the best first.</summary>
    public IReadOnlyList<ClassicProtocol> Protocols { get; set; } = [];

    /// <summary>What the leader gave it; opaque here.</summary>
    public byte[] Assignment { get; set; } = [];

    /// <summary>Whether it has not been through a whole join yet.</summary>
    public bool IsNew { get; set; }

    /// <summary>Its JoinGroup that waits.</summary>
    public Parked<JoinGroupResponse>? Join { get; set; }

    /// <summary>Its SyncGroup that waits.</summary>
    public Parked<SyncGroupResponse>? Sync { get; set; }

    /// <summary>Removes it when it is not heard of. Null until it is in a group that runs.</summary>
    public ShardTimer? SessionTimer { get; set; }

    /// <summary>Its metadata for a protocol; empty if it does not offer it.</summary>
    public byte[] MetadataOf(string? protocolName) => Protocols.FirstOrDefault(protocol => protocol.Name == protocolName)?.Metadata ?? [];

    /// <summary>Whether it offers the same protocols in the same order with the same bytes.</summary>
    public bool Offers(IReadOnlyList<ClassicProtocol> protocols)
    {
        if (protocols.Count != Protocols.Count) return false;
        for (int i = 0; i < protocols.Count; i++)
        {
            if (!Protocols[i].IsSame(protocols[i])) return false;
        }
        return true;
    }
}
