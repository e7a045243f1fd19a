using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>What adding partitions to a transaction came to.</summary>
/// <param name="Error">NONE if all of them are part of it.</param>
/// <param name="Hindered">With CONCURRENT_TRANSACTIONS: the transaction before, whose markers are being written; else null.</param>
internal readonly record struct AddPartitionsOutcome(ErrorCode Error, PreparedTransaction? Hindered);
