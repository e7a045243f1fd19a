namespace Sluice.Broker.Coordinators.Groups.Classic;

/// <summary>Where a classic group stands between two assignments. The names are those that clients see.</summary>
internal enum ClassicGroupState
{
    /// <summary>No members; perhaps offsets.</summary>
    Empty,

    /// <summary>Waiting for the members to join again.</summary>
    PreparingRebalance,

    /// <summary>The members joined; the leader is working out the assignment.</summary>
    CompletingRebalance,

    /// <summary>Everybody has an assignment.</summary>
    Stable,

    /// <summary>Removed; nobody finds it any more.</summary>
    Dead,
}
