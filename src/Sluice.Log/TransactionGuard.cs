using Sluice.Protocol;

namespace Sluice.Log;

/// <summary>Whether a producer may go on to write to a partition inside a transaction, and what it must show when it does.</summary>
/// <param name="ErrorCode">NONE; INVALID_PRODUCER_EPOCH for a producer that was replaced.</param>
/// <param name="Id">0 where the producer's transaction is open on the partition already, so that nobody has to be asked; else what
/// <see cref="AppendOptions.TransactionGuard"/> must be. The end of any transaction of the producer makes it worthless.</param>
/// <remarks>From KIP-890: a write whose transaction ended while its coordinator was asked must not begin another one that nobody ends.</remarks>
public readonly record struct TransactionGuard(ErrorCode ErrorCode, long Id)
{
    /// <summary>Whether the transaction's coordinator must be asked before the append.</summary>
    public bool MustAsk => ErrorCode == ErrorCode.None && Id != 0;
}
