namespace Sluice.Log;

/// <summary>Outcome of a read.</summary>
public enum LogReadStatus
{
    /// <summary>There is nothing between the offset and the ceiling, or it does not fit.</summary>
    Empty,

    /// <summary>There is a region.</summary>
    Region,

    /// <summary>The offset lies below the log start offset or above the log end offset.</summary>
    OutOfRange,

    /// <summary>The log directory is offline, or the partition has been closed or deleted.</summary>
    StorageError,

    /// <summary>
    /// Finding the region needs a batch header that is not in memory, and the caller did not want to wait for the disk. Only from
    /// <see cref="PartitionLog.ReadResident"/>.
    /// </summary>
    Cold,
}
