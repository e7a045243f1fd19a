namespace Sluice.Log.Inspection;

/// <summary>What can be found. Names, in lower case with dashes, are a contract: programs read them.</summary>
public enum FindingKind
{
    /// <summary>The bytes of a batch do not match its checksum.</summary>
    BatchChecksum,

    /// <summary>Bytes that are no batch.</summary>
    BatchMissing,

    /// <summary>A batch with offsets that cannot be.</summary>
    BatchOffset,

    /// <summary>A batch reaches into the offsets of the next segment.</summary>
    BatchBeyondSegment,

    /// <summary>A batch's leader epoch is not the one that the epochs' checkpoint gives its offset.</summary>
    BatchEpoch,

    /// <summary>The last batch of the file is cut off.</summary>
    TailCutOff,

    /// <summary>The file ends with zeros.</summary>
    TailZeros,

    /// <summary>The records of a batch cannot be decompressed or read.</summary>
    RecordsUnreadable,

    /// <summary>The records of a batch contradict its header.</summary>
    RecordsInconsistent,

    /// <summary>The records of a batch were not looked at.</summary>
    RecordsNotRead,

    /// <summary>Offsets are missing between two batches of a log that was never compacted.</summary>
    OffsetGap,

    /// <summary>An index file is not there.</summary>
    IndexMissing,

    /// <summary>An index does not end with a whole entry, or was not cut to its entries.</summary>
    IndexLength,

    /// <summary>An entry of an offset index is wrong.</summary>
    OffsetIndexEntry,

    /// <summary>An entry of a time index is wrong.</summary>
    TimeIndexEntry,

    /// <summary>A time index does not know of the newest records.</summary>
    TimeIndexIncomplete,

    /// <summary>An index of the segment that was last appended to knows of batches that are not there.</summary>
    IndexAheadOfLog,

    /// <summary>An entry of a transaction index is wrong.</summary>
    TransactionIndexEntry,

    /// <summary>An aborted transaction is not in the transaction index.</summary>
    TransactionIndexIncomplete,

    /// <summary>A producer snapshot cannot be read.</summary>
    SnapshotUnreadable,

    /// <summary>A producer snapshot knows of batches that are not there.</summary>
    SnapshotAheadOfLog,

    /// <summary>The epochs' checkpoint cannot be read, or is missing although batches have epochs.</summary>
    EpochsUnreadable,

    /// <summary>The epochs' checkpoint is not in order, or reaches beyond the log.</summary>
    EpochsWrong,

    /// <summary>A checkpoint of a log directory cannot be read.</summary>
    CheckpointUnreadable,

    /// <summary>A checkpoint gives a partition an offset beyond the end of its log.</summary>
    CheckpointBeyondEnd,

    /// <summary>A checkpoint names a partition that has no directory.</summary>
    CheckpointStranger,

    /// <summary>A partition's topic id cannot be read.</summary>
    TopicIdUnreadable,

    /// <summary>Partitions of one topic have different topic ids.</summary>
    TopicIdConflict,

    /// <summary>The identity of a log directory cannot be read.</summary>
    IdentityUnreadable,

    /// <summary>A file that an interrupted step left, or that is on its way out.</summary>
    LeftoverFile,

    /// <summary>A directory on its way out or in, or set aside.</summary>
    LeftoverDirectory,

    /// <summary>A directory that is not named like a partition's.</summary>
    StrangeDirectory,

    /// <summary>A file cannot be read at all.</summary>
    FileUnreadable,

    /// <summary>A file went away while it was to be read.</summary>
    FileVanished,
}
