namespace Sluice.Log;

/// <summary>Who made the bytes that are appended, and so how far they are believed.</summary>
public enum AppendOrigin
{
    /// <summary>A producer: everything is checked.</summary>
    Client,

    /// <summary>A coordinator of this broker: group and transaction records, markers. Offsets are assigned, records are not looked into.</summary>
    Coordinator,

    /// <summary>The partition's leader: one or more batches, stored exactly as they are, whose offsets must continue the log.</summary>
    Replication,
}
