namespace Sluice.Broker.Coordinators.Groups;

/// <summary>The protocol that a group's members speak.</summary>
internal enum GroupType
{
    /// <summary>JoinGroup, SyncGroup, Heartbeat, LeaveGroup; also groups without members that only keep offsets.</summary>
    Classic,

    /// <summary>ConsumerGroupHeartbeat (KIP-848).</summary>
    Consumer,

    /// <summary>ShareGroupHeartbeat (KIP-932).</summary>
    Share,

    /// <summary>StreamsGroupHeartbeat (KIP-1071).</summary>
    Streams,
}
