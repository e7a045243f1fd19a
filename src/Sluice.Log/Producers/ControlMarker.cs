namespace Sluice.Log.Producers;

/// <summary>What a control batch says, as far as a log cares.</summary>
/// <param name="IsEndTransaction">Whether it ends a transaction; other control batches change nothing here.</param>
/// <param name="IsAbort">Whether the transaction was aborted.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that wrote the marker.</param>
internal readonly record struct ControlMarker(bool IsEndTransaction, bool IsAbort, int CoordinatorEpoch)
{
    /// <summary>A control batch that is no end of a transaction, or is not a control batch at all.</summary>
    public static ControlMarker None => default;
}
