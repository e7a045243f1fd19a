namespace Sluice.Broker.Sharing;

/// <summary>What one fetch takes of one share partition while it goes through the records.</summary>
/// <param name="memberId">Who gets them.</param>
/// <param name="mode">How the limit is meant.</param>
/// <param name="recordsMax">Limit.</param>
/// <param name="rangeCountMax">Records that a range should have at most.</param>
internal sealed class Acquisition(string memberId, AcquireMode mode, int recordsMax, int rangeCountMax)
{
    private long _count;
    private bool _isOver;

    /// <summary>Who gets the records.</summary>
    public string MemberId { get; } = memberId;

    /// <summary>What it got.</summary>
    public List<AcquiredRange> Ranges { get; } = [];

    /// <summary>Whether it gets no more.</summary>
    public bool IsFull => _isOver || _count >= recordsMax;

    /// <summary>How many records of a piece it may have.</summary>
    /// <param name="pieceCount">Records of one batch with one history, 1 or more.</param>
    /// <param name="deliveryCount">How often they were given out before.</param>
    /// <param name="limit">How often they are given out at most.</param>
    /// <returns>0 if it has to do without this piece, and without all that follow.</returns>
    public long CountFor(long pieceCount, int deliveryCount, int limit)
    {
        // Records that failed several times may have a bad one among them: fewer and fewer go out together, alone at last, so that it takes no others along.
        int suspectFrom = Math.Max(2, (limit + 1) / 2);
        if (deliveryCount >= suspectFrom)
        {
            _isOver = true;
            if (_count > 0) return 0;
            if (deliveryCount == limit - 1 && limit > 2) return 1;
            pieceCount = Math.Max(1, pieceCount >> Math.Min(62, deliveryCount - suspectFrom + 1));
        }
        return mode == AcquireMode.RecordLimit ? Math.Min(pieceCount, recordsMax - _count) : pieceCount;
    }

    /// <summary>Counts a run that was taken.</summary>
    public void Add(RecordRun run)
    {
        _count += run.Count;
        if (Ranges.Count > 0 && Ranges[^1] is var last && last.LastOffset + 1 == run.FirstOffset && last.DeliveryCount == run.DeliveryCount
            && (mode == AcquireMode.RecordLimit || run.LastOffset - last.FirstOffset + 1 <= rangeCountMax))
            Ranges[^1] = last with { LastOffset = run.LastOffset };
        else
            Ranges.Add(new AcquiredRange(run.FirstOffset, run.LastOffset, run.DeliveryCount));
    }
}
