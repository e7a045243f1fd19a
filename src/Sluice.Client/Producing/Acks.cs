namespace Sluice.Client.Producing;

/// <summary>When a broker acknowledges records; the numbers are the protocol's.</summary>
public enum Acks : short
{
    /// <summary>When every in-sync replica has them.</summary>
    All = -1,

    /// <summary>Never: whatever goes wrong goes unnoticed.</summary>
    None = 0,

    /// <summary>When the leader has them.</summary>
    Leader = 1,
}
