namespace Sluice.Log.Inspection;

/// <summary>What each kind of finding means, and what would mend it.</summary>
internal static class FindingTexts
{
    private const string Copy = "Take the partition from a replica or a backup; or let 'sluice log copy' make a directory with everything but this.";
    private const string Rebuild = "Stop the broker and let 'sluice log index --rebuild' build the indexes anew; no record is touched.";
    private const string NextStart = "Nothing to do: the next start of a broker sees to it.";

    public static string Meaning(FindingKind kind, FindingSeverity severity) => kind switch
    {
        FindingKind.BatchChecksum or FindingKind.BatchMissing =>
            "Consumers refuse these bytes, and stop here. If the broker crashes now, its recovery may end the log here and remove what follows.",
        FindingKind.BatchOffset =>
            "Consumers would see these records under wrong offsets, or not at all. A recovery may end the log here and remove what follows.",
        FindingKind.BatchBeyondSegment => "Two segments claim the same offsets: some records are found twice or not at all.",
        FindingKind.BatchEpoch => "A replica that asks where an epoch ends gets a wrong answer, and may cut its log in the wrong place.",
        FindingKind.TailCutOff or FindingKind.TailZeros when severity == FindingSeverity.Note =>
            "The last write before a crash did not finish, or the broker is writing right now. Nobody was promised these bytes unless they had been flushed.",
        FindingKind.TailCutOff or FindingKind.TailZeros => "The log was closed in order, or continues in a later segment: bytes that were there are gone.",
        FindingKind.RecordsUnreadable => "The checksum is right, so the batch was written like this. Consumers cannot get past it.",
        FindingKind.RecordsInconsistent => "The checksum is right, so the batch was written like this. Lookups and compaction go by the header and may miss records.",
        FindingKind.RecordsNotRead => "Only the checksum of the batch is known to be right.",
        FindingKind.OffsetGap => "Compaction leaves gaps, and so does 'sluice log copy' where it left something out. In other logs records, or a base offset, are missing.",
        FindingKind.IndexMissing => "Lookups read the segment from its start; a broker builds the index at its next start.",
        FindingKind.IndexLength => "A broker takes every whole entry for valid, and would look up garbage.",
        FindingKind.OffsetIndexEntry => "A lookup of the offsets behind this entry begins at a wrong place: records are not found, or an error is answered.",
        FindingKind.TimeIndexEntry => "A lookup by timestamp may miss records.",
        FindingKind.TimeIndexIncomplete => "A lookup by timestamp may miss the newest records of the segment, and retention by time may remove it too early.",
        FindingKind.IndexAheadOfLog => "The index reached the disk before the batches did. After a crash the indexes of this segment are built anew.",
        FindingKind.TransactionIndexEntry or FindingKind.TransactionIndexIncomplete =>
            "Consumers at read_committed may see records of an aborted transaction, or lose records of a committed one.",
        FindingKind.SnapshotUnreadable => "A broker takes the next older snapshot and reads the batches behind it, which takes longer.",
        FindingKind.SnapshotAheadOfLog => "The broker would remember batches of idempotent producers that are not in the log, and refuse the right ones.",
        FindingKind.EpochsUnreadable or FindingKind.EpochsWrong => "The broker cannot tell replicas and consumers where an epoch ended.",
        FindingKind.CheckpointUnreadable => "A broker goes by no checkpoint: after a crash it reads every log from its start.",
        FindingKind.CheckpointBeyondEnd when severity == FindingSeverity.Damage =>
            "The log was longer when the checkpoint was written: records that were on the disk are gone.",
        FindingKind.CheckpointBeyondEnd => "The checkpoint belongs to another log, or the log was cut behind the broker's back.",
        FindingKind.CheckpointStranger => "The partition was deleted, or its directory was moved away.",
        FindingKind.TopicIdUnreadable => "The broker cannot tell which topic the directory belongs to, and may refuse to open it.",
        FindingKind.TopicIdConflict => "A partition of a deleted topic of the same name, or of another cluster, lies among those of this one.",
        FindingKind.IdentityUnreadable => "The broker cannot tell whose directory this is, and refuses to start.",
        FindingKind.LeftoverFile => "It is not part of the log: what an interrupted write, deletion or compaction left.",
        FindingKind.LeftoverDirectory => "It is not part of any log that is in use.",
        FindingKind.StrangeDirectory => "A broker that finds it refuses to start.",
        FindingKind.FileUnreadable => "Nothing is known about what is in it.",
        _ => "The broker is running, and removed or renamed it meanwhile.",
    };

    public static string Remedy(FindingKind kind, FindingSeverity severity) => kind switch
    {
        FindingKind.BatchChecksum or FindingKind.BatchMissing or FindingKind.BatchBeyondSegment
            or FindingKind.RecordsUnreadable or FindingKind.RecordsInconsistent => Copy,
        FindingKind.BatchOffset => "'sluice log copy' gives the batch its offset back where its neighbours leave only one, and leaves it out elsewhere.",
        FindingKind.BatchEpoch => "'sluice log copy' writes the epochs that the checkpoint gives.",
        FindingKind.TailCutOff or FindingKind.TailZeros => severity == FindingSeverity.Note ? NextStart : Copy,
        FindingKind.RecordsNotRead => "Nothing to do.",
        FindingKind.OffsetGap => "Nothing to do if the topic is or was compacted; else compare with a replica or a backup.",
        FindingKind.IndexMissing or FindingKind.IndexLength or FindingKind.OffsetIndexEntry or FindingKind.TimeIndexEntry
            or FindingKind.TimeIndexIncomplete or FindingKind.TransactionIndexEntry or FindingKind.TransactionIndexIncomplete => Rebuild,
        FindingKind.IndexAheadOfLog => severity == FindingSeverity.Note ? NextStart : Rebuild,
        FindingKind.SnapshotUnreadable or FindingKind.SnapshotAheadOfLog => "Stop the broker and remove the file; the state is read from the batches.",
        FindingKind.EpochsUnreadable or FindingKind.EpochsWrong => "'sluice log copy' makes a directory whose epochs are read from the batches.",
        FindingKind.CheckpointUnreadable => "Stop the broker and remove the file.",
        FindingKind.CheckpointBeyondEnd => severity == FindingSeverity.Damage
            ? "Take the partition from a replica or a backup if the records matter; a start lowers the checkpoint."
            : NextStart,
        FindingKind.CheckpointStranger => NextStart,
        FindingKind.TopicIdUnreadable or FindingKind.TopicIdConflict => "Compare with 'sluice topic describe', and move the directory that does not belong here away.",
        FindingKind.IdentityUnreadable => "Write the file again: cluster.id and node.id are in the metadata and in the other log directories.",
        FindingKind.LeftoverFile => NextStart,
        FindingKind.LeftoverDirectory => "Nothing to do: '-delete' goes at the next start, a move that left '-future' goes on then, '-stray' is kept until somebody removes it.",
        FindingKind.StrangeDirectory => "Move it out of the log directory.",
        FindingKind.FileUnreadable => "Look at the permissions, and at the disk's own messages.",
        _ => "Nothing to do.",
    };
}
