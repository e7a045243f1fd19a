namespace Sluice.Broker.Coordinators.Share;

/// <summary>One share partition as the share coordinator keeps it in memory: its last snapshot with all changes since.</summary>
internal sealed class ShareEntry
{
    /// <summary>Number of the last snapshot, from 0.</summary>
    public int SnapshotEpoch { get; set; }

    /// <summary>Grows whenever the group begins the partition anew.</summary>
    public int StateEpoch { get; set; }

    /// <summary>Highest leader epoch that read or wrote it.</summary>
    public int LeaderEpoch { get; set; }

    /// <summary>First record that may still be delivered; -1 while that is not decided.</summary>
    public long StartOffset { get; set; } = -1;

    /// <summary>Records from the start offset on that are finished with; -1 = not known.</summary>
    public int DeliveryCompleteCount { get; set; } = -1;

    /// <summary>What became of the records from the start offset on.</summary>
    public ShareStateBatches Batches { get; init; } = new();

    /// <summary>Where the last snapshot stands in the log: everything from there on is needed.</summary>
    public long SnapshotOffset { get; set; }

    /// <summary>Changes since that snapshot.</summary>
    public int UpdatesCount { get; set; }

    /// <summary>Unix time of the last snapshot that was made because something changed.</summary>
    public long CreatedMs { get; set; }

    /// <summary>Unix time of the last record.</summary>
    public long WrittenMs { get; set; }
}
