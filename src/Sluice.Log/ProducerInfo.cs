namespace Sluice.Log;

/// <summary>What a partition knows of one producer.</summary>
/// <param name="ProducerId">0 or more.</param>
/// <param name="Epoch">Epoch of its last batch or marker.</param>
/// <param name="LastSequence">Sequence of its last record; -1 = none is known.</param>
/// <param name="LastTimestampMs">Largest timestamp of its last batch or marker, Unix milliseconds; -1 = none.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that wrote its last marker; -1 = none.</param>
/// <param name="TransactionFirstOffset">First offset of its open transaction; -1 = none is open.</param>
public readonly record struct ProducerInfo(
    long ProducerId, short Epoch, int LastSequence, long LastTimestampMs, int CoordinatorEpoch, long TransactionFirstOffset);
