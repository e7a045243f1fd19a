namespace Sluice.Client.Admin;

/// <summary>A producer as a partition remembers it.</summary>
/// <param name="Topic">Topic of the partition.</param>
/// <param name="Partition">The partition.</param>
/// <param name="ProducerId">The producer.</param>
/// <param name="ProducerEpoch">The largest epoch that it wrote with.</param>
/// <param name="LastSequence">Sequence number of its last record; null = it wrote none in this epoch.</param>
/// <param name="LastTimestampMs">Timestamp of what it wrote last, in milliseconds since the Unix epoch; null = not known.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that ended its last transaction here; null = none ended yet.</param>
/// <param name="TransactionStartOffset">First offset of its transaction that is open here; null = none is.</param>
public sealed record PartitionProducer(
    string Topic,
    int Partition,
    long ProducerId,
    int ProducerEpoch,
    int? LastSequence,
    long? LastTimestampMs,
    int? CoordinatorEpoch,
    long? TransactionStartOffset);
