using Sluice.Broker.Fetching;
using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

/// <summary>One partition of a share session: what the next answer says of it.</summary>
internal sealed class ShareTarget(Uuid topicId, int partition)
{
    /// <summary>Topic.</summary>
    public Uuid TopicId { get; } = topicId;

    /// <summary>Partition of the topic.</summary>
    public int PartitionIndex { get; } = partition;

    /// <summary>What is read of the log.</summary>
    public FetchTarget Fetch { get; } = new() { TopicId = topicId, PartitionIndex = partition, CurrentLeaderEpoch = -1, LastFetchedEpoch = -1 };

    /// <summary>The share partition; null before it was opened, and if it cannot be.</summary>
    public SharePartition? Share { get; set; }

    /// <summary>How the last attempt to fetch went.</summary>
    public FetchAttempt Attempt { get; set; }

    /// <summary>Why it cannot be fetched; NONE if it can.</summary>
    public ErrorCode Error { get; set; }

    /// <summary>What the member was given.</summary>
    public List<AcquiredRange> Acquired { get; set; } = [];

    /// <summary>What became of the acknowledgements that the request brought; null if it brought none.</summary>
    public ErrorCode? Acknowledged { get; set; }

    /// <summary>Whether the answer must mention it, whatever is found.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Ends a fetch that was begun; what it found stays, and so does what had happened before it.</summary>
    public void EndFetch()
    {
        if (!Attempt.IsBegun) return;
        Attempt = Attempt with { IsBegun = false };
        Share!.EndFetch();
    }

    /// <summary>Ends a fetch that was begun, and forgets what was found.</summary>
    public void Clear()
    {
        EndFetch();
        Fetch.ClearResult();
        Error = ErrorCode.None;
        Acquired = [];
    }
}
