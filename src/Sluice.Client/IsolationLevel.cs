namespace Sluice.Client;

/// <summary>Which records of transactions a reader sees; the numbers are the protocol's.</summary>
public enum IsolationLevel : sbyte
{
    /// <summary>All of them, up to the high watermark.</summary>
    ReadUncommitted = 0,

    /// <summary>Those of committed transactions, up to the first transaction that is still open.</summary>
    ReadCommitted = 1,
}
