namespace Sluice.Broker.Sharing;

/// <summary>How the limit on a share fetch's records is meant (KIP-1206).</summary>
internal enum AcquireMode : sbyte
{
    /// <summary>Whole batches: the one in which the limit is reached is given out whole.</summary>
    BatchOptimized = 0,

    /// <summary>Not one record more than the limit.</summary>
    RecordLimit = 1,
}
