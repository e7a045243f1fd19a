namespace Sluice.Broker.Sharing;

/// <summary>What a share group has done with a record; the numbers are those that are stored (KIP-932).</summary>
internal enum RecordState : sbyte
{
    /// <summary>May be given to a member.</summary>
    Available = 0,

    /// <summary>A member has it, for as long as its lock lasts. Never stored.</summary>
    Acquired = 1,

    /// <summary>A member is done with it.</summary>
    Acknowledged = 2,

    /// <summary>Given up: rejected, given out too often, or not there.</summary>
    Archived = 4,
}
