using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>Where a coordinator's state machine writes what must outlive the broker.</summary>
/// <remarks>Called by the shard's operations only, one at a time.</remarks>
internal interface ICoordinatorLog
{
    /// <summary>Appends records as one batch: all of them, or none.</summary>
    /// <param name="records">At least one.</param>
    /// <param name="transaction">The producer whose transaction they belong to; null for records that count at once.</param>
    /// <returns>The offset of the first, or the error as a client of the coordinator is told it.</returns>
    CoordinatorAppend Append(IReadOnlyList<CoordinatorRecord> records, CoordinatorTransaction? transaction = null);

    /// <summary>Appends the end of a transaction.</summary>
    /// <returns>NONE, or the error as the log tells it.</returns>
    ErrorCode AppendMarker(in TransactionMarker marker);
}
