using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>What InitProducerId or EndTxn came to.</summary>
/// <param name="Error">NONE if what was asked for is so.</param>
/// <param name="Producer">The producer that the client goes on with; none on an error.</param>
/// <param name="NeedsProducerId">Nothing was done: the operation must be run again with a fresh producer id at hand.</param>
internal readonly record struct ProducerOutcome(ErrorCode Error, ProducerIdentity Producer, bool NeedsProducerId)
{
    public static ProducerOutcome Refused(ErrorCode error) => new(error, ProducerIdentity.None, false);

    public static ProducerOutcome WithoutProducerId => new(ErrorCode.None, ProducerIdentity.None, true);

    public static ProducerOutcome Of(ErrorCode error, ProducerIdentity producer) => error == ErrorCode.None ? new(error, producer, false) : Refused(error);
}
