namespace Sluice.Protocol.Records;

/// <summary>What a record of a control batch says, from the second int16 of its key.</summary>
public enum ControlRecordType : short
{
    /// <summary>A type that this version does not know, and has to pass over.</summary>
    Unknown = -1,

    /// <summary>The producer's open transaction ends here and none of it happened.</summary>
    Abort = 0,

    /// <summary>The producer's open transaction ends here and all of it happened.</summary>
    Commit = 1,

    /// <summary>Raft metadata log: who leads, and who voted.</summary>
    LeaderChange = 2,

    /// <summary>Raft snapshot: first record.</summary>
    SnapshotHeader = 3,

    /// <summary>Raft snapshot: last record.</summary>
    SnapshotFooter = 4,

    /// <summary>Raft metadata log: version of the Raft protocol.</summary>
    KRaftVersion = 5,

    /// <summary>Raft metadata log: the set of voters.</summary>
    KRaftVoters = 6,
}
