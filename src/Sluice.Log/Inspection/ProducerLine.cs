namespace Sluice.Log.Inspection;

/// <summary>An entry of a producer snapshot.</summary>
/// <param name="ProducerId">0 or more.</param>
/// <param name="ProducerEpoch">Epoch of its last batch or marker.</param>
/// <param name="FirstSequence">First sequence of its last batch; -1 if only a marker is known.</param>
/// <param name="LastSequence">Last sequence of its last batch; -1 if only a marker is known.</param>
/// <param name="LastOffset">Last offset of its last batch; -1 if only a marker is known.</param>
/// <param name="TimestampMs">Time of its last batch or marker, in milliseconds since the Unix epoch.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that wrote its last marker; -1 = none.</param>
/// <param name="TransactionFirstOffset">First offset of its open transaction; -1 = none.</param>
public readonly record struct ProducerLine(
    long ProducerId,
    short ProducerEpoch,
    int FirstSequence,
    int LastSequence,
    long LastOffset,
    long TimestampMs,
    int CoordinatorEpoch,
    long TransactionFirstOffset);
