namespace Sluice.Broker.Sharing;

/// <summary>Neighbouring records of a share partition with one fate. Belongs to its <see cref="RecordWindow"/>.</summary>
internal sealed class RecordRun
{
    /// <summary>First record.</summary>
    public required long FirstOffset { get; set; }

    /// <summary>Last record, inclusive.</summary>
    public required long LastOffset { get; set; }

    /// <summary>Its state.</summary>
    public RecordState State { get; set; }

    /// <summary>How often it was given out.</summary>
    public short DeliveryCount { get; set; }

    /// <summary>Who has it while it is acquired; else null.</summary>
    public string? MemberId { get; set; }

    /// <summary>When its lock ends, in milliseconds of the partition's clock; only while it is acquired.</summary>
    public long LockDueMs { get; set; }

    /// <summary>The change of state that is being stored; null for none. Nothing else happens to the run until that is done.</summary>
    public StateWrite? Pending { get; set; }

    /// <summary>What <see cref="Pending"/> makes of it.</summary>
    public RecordState PendingState { get; set; }

    /// <summary>Whether its member lost it while <see cref="Pending"/> was under way: it counts if that fails.</summary>
    public bool IsLost { get; set; }

    /// <summary>Records in it.</summary>
    public long Count => LastOffset - FirstOffset + 1;

    /// <summary>Whether nothing will happen to it any more.</summary>
    public bool IsTerminal => State is RecordState.Acknowledged or RecordState.Archived;

    /// <summary>Whether it can be given to a member.</summary>
    public bool IsAvailable => State == RecordState.Available && Pending is null;

    /// <summary>Cuts it in two.</summary>
    /// <param name="offset">Where the second part begins; inside the run.</param>
    /// <returns>The second part.</returns>
    public RecordRun SplitAt(long offset)
    {
        RecordRun second = (RecordRun)MemberwiseClone();
        second.FirstOffset = offset;
        LastOffset = offset - 1;
        return second;
    }

    /// <summary>Whether the next run can be joined to this one.</summary>
    public bool IsLike(RecordRun next) =>
        LastOffset + 1 == next.FirstOffset
        && State == next.State
        && DeliveryCount == next.DeliveryCount
        && MemberId == next.MemberId
        && Pending == next.Pending
        && PendingState == next.PendingState
        && IsLost == next.IsLost
        && (State != RecordState.Acquired || LockDueMs == next.LockDueMs);
}
