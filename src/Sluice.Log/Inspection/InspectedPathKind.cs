namespace Sluice.Log.Inspection;

/// <summary>What a path leads to.</summary>
public enum InspectedPathKind
{
    /// <summary>A log directory: the directories of partitions, and checkpoints.</summary>
    DataDirectory,

    /// <summary>The directory of one partition.</summary>
    PartitionDirectory,

    /// <summary>A <c>.log</c> file.</summary>
    Segment,

    /// <summary>A <c>.index</c> file.</summary>
    OffsetIndex,

    /// <summary>A <c>.timeindex</c> file.</summary>
    TimeIndex,

    /// <summary>A <c>.txnindex</c> file.</summary>
    TransactionIndex,

    /// <summary>A <c>.snapshot</c> file of producers.</summary>
    ProducerSnapshot,

    /// <summary>A <c>leader-epoch-checkpoint</c>.</summary>
    LeaderEpochs,

    /// <summary>One of the four checkpoints of a log directory.</summary>
    OffsetCheckpoint,

    /// <summary>A <c>partition.metadata</c>.</summary>
    PartitionMetadata,

    /// <summary>A <c>meta.properties</c>.</summary>
    MetaProperties,

    /// <summary>The marker of a shutdown in order.</summary>
    CleanShutdown,
}
