namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>How far a member is on its way to its target. The numbers are those of its record.</summary>
internal enum StreamsMemberState : sbyte
{
    /// <summary>It has what its epoch gives it.</summary>
    Stable = 0,

    /// <summary>It has been asked to give tasks up and has not said that it did.</summary>
    UnrevokedTasks = 1,

    /// <summary>It waits for tasks that others have to give up.</summary>
    UnreleasedTasks = 2,

    /// <summary>A newer version wrote a state that is not known here.</summary>
    Unknown = 127,
}
