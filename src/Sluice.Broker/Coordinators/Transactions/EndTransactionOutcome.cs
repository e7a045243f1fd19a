using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>What EndTxn came to.</summary>
/// <param name="Error">NONE if the outcome of the transaction is what was asked for.</param>
/// <param name="Producer">The producer that the client goes on with; none on an error.</param>
/// <param name="NeedsProducerId">Nothing was done: the operation must be run again with a fresh producer id at hand.</param>
internal readonly record struct EndTransactionOutcome(ErrorCode Error, ProducerIdentity Producer, bool NeedsProducerId)
{
    public static EndTransactionOutcome Refused(ErrorCode error) => new(error, ProducerIdentity.None, false);

    public static EndTransactionOutcome WithoutProducerId => new(ErrorCode.None, ProducerIdentity.None, true);

    public static EndTransactionOutcome Of(ErrorCode error, ProducerIdentity producer) => error == ErrorCode.None ? new(error, producer, false) : Refused(error);
}
