using Sluice.Faults.Load;
using Sluice.Faults.Verification;

namespace Sluice.Faults.Kill;

/// <summary>What a run went through.</summary>
public sealed class KillCounts
{
    /// <summary>Kills under load, or while topics were being deleted.</summary>
    public int Kills { get; set; }

    /// <summary>Kills of a broker that had just been started over what another kill had left.</summary>
    public int KillsWhileStarting { get; set; }

    /// <summary>Stops in order, after each of which every file was checked.</summary>
    public int CleanStops { get; set; }

    /// <summary>Logs that ended within a batch, and were cut.</summary>
    public int TornTails { get; set; }

    /// <summary>Logs that ended in blocks reserved for batches to come.</summary>
    public int ReservedTails { get; set; }

    /// <summary>Moves of a partition to a log directory, the one that it is in included.</summary>
    public int MovesAsked { get; set; }

    /// <summary>Log directories that a partition was being copied into when the broker was killed.</summary>
    public int KillsWhileMoving { get; set; }

    /// <summary>Records that were acknowledged.</summary>
    public long Acknowledged { get; set; }

    /// <summary>Records that compaction had removed at the end of a generation.</summary>
    public long CompactedAway { get; private set; }

    /// <summary>Records that retention had removed at the end of a generation.</summary>
    public long Expired { get; private set; }

    /// <summary>Takes in what was found; of the work in the background at the end of a generation only.</summary>
    public void Add(TopicPromise promise, PartitionContent content, bool isEnd)
    {
        if (!isEnd) return;
        if (promise == TopicPromise.LatestOfKey) CompactedAway += content.EndOffset - content.Records.Count;
        if (promise == TopicPromise.ExactlyOnceAboveLogStart) Expired += content.StartOffset;
    }

    public override string ToString() =>
        $"{Kills} kills, {KillsWhileStarting} more while starting, {CleanStops} clean stops with every file checked, {TornTails} torn logs cut, {ReservedTails} with reserved blocks; {MovesAsked} moves asked for, {KillsWhileMoving} copies begun when killed; "
        + $"{Acknowledged} records acknowledged, {CompactedAway} compacted away, {Expired} expired";
}
