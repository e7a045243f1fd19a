namespace Sluice.Faults.Kill;

/// <summary>What a broker that is to be killed does besides serving a mixed load.</summary>
public enum KillKind
{
    /// <summary>Nothing else.</summary>
    Plain,

    /// <summary>It receives large batches straight into its log.</summary>
    Mapped,

    /// <summary>It moves partitions between two log directories all the time.</summary>
    Moving,
}
