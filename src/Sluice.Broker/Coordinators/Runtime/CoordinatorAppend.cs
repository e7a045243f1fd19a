using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>Outcome of an append to a coordinator's log.</summary>
/// <param name="Error">NONE if the records are in the log.</param>
/// <param name="BaseOffset">Offset of the first record; the others follow without a gap. -1 on an error.</param>
internal readonly record struct CoordinatorAppend(ErrorCode Error, long BaseOffset)
{
    /// <summary>Whether the records are in the log.</summary>
    public bool IsDone => Error == ErrorCode.None;
}
