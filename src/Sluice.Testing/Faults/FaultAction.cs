namespace Sluice.Testing;

/// <summary>What a fault does.</summary>
internal enum FaultAction
{
    Respond,
    RespondAfterEffect,
    Delay,
    DropBeforeEffect,
    DropAfterEffect,
    Throttle,
    CorruptResponse,
    CorruptRecords,
}
