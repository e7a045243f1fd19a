using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Fetching;

/// <summary>
/// One partition of a fetch: what was asked, what was found, and, inside a session, what the client was last told.
/// </summary>
/// <remarks>Reused from request to request, by its session or by its connection; so is the region holder.</remarks>
internal sealed class FetchTarget
{
    /// <summary>Topic name; for requests by id, as resolved, or empty while the id is unknown.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Topic id; zero for requests by name.</summary>
    public Uuid TopicId { get; set; }

    /// <summary>Partition number.</summary>
    public int PartitionIndex { get; set; }

    /// <summary>Epoch that the client believes in, or -1.</summary>
    public int CurrentLeaderEpoch { get; set; }

    /// <summary>First offset wanted.</summary>
    public long FetchOffset { get; set; }

    /// <summary>Epoch of the last record the client has, or -1.</summary>
    public int LastFetchedEpoch { get; set; }

    /// <summary>Limit for this partition's records in bytes.</summary>
    public int PartitionMaxBytes { get; set; }

    /// <summary>The partition, once found.</summary>
    public Partition? Partition { get; set; }

    /// <summary>Outcome of the last read.</summary>
    public ErrorCode Error { get; set; }

    /// <summary>Offsets at the last read; all -1 on an error.</summary>
    public LogOffsets Offsets { get; set; }

    /// <summary>Bytes that the last read found, kept while the fetch waits for more.</summary>
    public int FoundBytes { get; set; }

    /// <summary>Where the log ended at the last read.</summary>
    public LogEndPosition EndAtRead { get; set; }

    /// <summary>Where this log and the client's part, for a fetch that sent <see cref="LastFetchedEpoch"/>.</summary>
    public EpochEndOffset? Diverging { get; set; }

    /// <summary>Aborted transactions that overlap the records; null unless read_committed.</summary>
    public IReadOnlyList<AbortedTransaction>? AbortedTransactions { get; set; }

    /// <summary>The records found.</summary>
    public FileRecords Records { get; } = new();

    /// <summary>High watermark that the session's client was last told; -1 to tell it again.</summary>
    public long ToldHighWatermark { get; set; } = -1;

    /// <summary>Log start offset that the session's client was last told.</summary>
    public long ToldLogStartOffset { get; set; } = -1;

    /// <summary>Position in the session's order.</summary>
    public LinkedListNode<FetchTarget>? Node { get; set; }

    /// <summary>Takes over what a request asks of this partition.</summary>
    public void Ask(FetchRequest.FetchPartition partition)
    {
        CurrentLeaderEpoch = partition.CurrentLeaderEpoch;
        FetchOffset = partition.FetchOffset;
        LastFetchedEpoch = partition.LastFetchedEpoch;
        PartitionMaxBytes = partition.PartitionMaxBytes;
    }

    /// <summary>Forgets the last read, dropping the region it held.</summary>
    public void ClearResult()
    {
        Records.Release();
        Error = ErrorCode.None;
        Offsets = new LogOffsets(-1, -1, -1, -1);
        Diverging = null;
        AbortedTransactions = null;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        ClearResult();
        Topic = "";
        TopicId = default;
        Partition = null;
        ToldHighWatermark = -1;
        ToldLogStartOffset = -1;
    }
}
