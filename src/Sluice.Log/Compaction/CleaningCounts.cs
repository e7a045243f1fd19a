namespace Sluice.Log.Compaction;

/// <summary>What one round over one log has done so far.</summary>
/// <remarks>Written by the thread that does the round; read by others when it has ended.</remarks>
internal sealed class CleaningCounts
{
    /// <summary>Bytes of batches read, for the map and for copying.</summary>
    public long BytesRead { get; set; }

    /// <summary>Bytes of batches written to new segments.</summary>
    public long BytesWritten { get; set; }

    /// <summary>Batches looked at while copying.</summary>
    public long BatchesRead { get; set; }

    /// <summary>Records looked at while copying.</summary>
    public long RecordsRead { get; set; }

    /// <summary>Of these, the ones that stayed.</summary>
    public long RecordsKept { get; set; }

    /// <summary>Of these, the ones that went because they have no key.</summary>
    public long RecordsWithoutKey { get; set; }

    /// <summary>Keys in the map.</summary>
    public long KeysCount { get; set; }

    /// <summary>Share of the map's room that they took, 0 to 1.</summary>
    public double MapUse { get; set; }

    /// <summary>Bytes of the segments that were replaced.</summary>
    public long ReplacedBytes { get; set; }

    /// <summary>Segments that were replaced.</summary>
    public int ReplacedSegments { get; set; }

    /// <summary>Segments that replaced them.</summary>
    public int NewSegments { get; set; }
}
