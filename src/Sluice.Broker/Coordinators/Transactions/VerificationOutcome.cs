using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>What a transaction's coordinator says to a write.</summary>
/// <param name="Errors">One for each partition that was asked for.</param>
/// <param name="Hindered">With CONCURRENT_TRANSACTIONS: the transaction before, whose markers are being written; else null. Its markers make the guards
/// worthless that were taken before the question, so that new ones are needed to ask again.</param>
internal readonly record struct VerificationOutcome(ErrorCode[] Errors, PreparedTransaction? Hindered);
