namespace Sluice.Faults.Load;

/// <summary>What a topic's producer and its settings promise together.</summary>
public enum TopicPromise
{
    /// <summary>Every acknowledged record is at its offset; a record may be there more than once.</summary>
    AtLeastOnce,

    /// <summary>Every record is there once, in the order in which it was sent: record number n of a partition is at offset n.</summary>
    ExactlyOnce,

    /// <summary>As <see cref="ExactlyOnce"/>, but records below the log start offset are gone.</summary>
    ExactlyOnceAboveLogStart,

    /// <summary>For each key the last acknowledged record or a later one; a tombstone may be gone.</summary>
    LatestOfKey,

    /// <summary>
    /// A power cut may take acknowledged records: record number n of a partition is at offset n up to the log's end, which may lie anywhere.
    /// </summary>
    Prefix,
}
