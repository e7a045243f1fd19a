using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>What InitProducerId came to.</summary>
/// <param name="Error">NONE if there is a producer.</param>
/// <param name="Producer">The producer; none on an error.</param>
/// <param name="NeedsProducerId">Nothing was done: the operation must be run again with a fresh producer id at hand.</param>
internal readonly record struct InitProducerIdOutcome(ErrorCode Error, ProducerIdentity Producer, bool NeedsProducerId)
{
    public static InitProducerIdOutcome Refused(ErrorCode error) => new(error, ProducerIdentity.None, false);

    public static InitProducerIdOutcome WithoutProducerId => new(ErrorCode.None, ProducerIdentity.None, true);

    public static InitProducerIdOutcome Of(ErrorCode error, ProducerIdentity producer) => error == ErrorCode.None ? new(error, producer, false) : Refused(error);
}
