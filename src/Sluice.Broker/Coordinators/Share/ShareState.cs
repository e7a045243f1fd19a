namespace Sluice.Broker.Coordinators.Share;

/// <summary>The durable state of a share partition.</summary>
/// <param name="StateEpoch">Grows whenever the group begins the partition anew.</param>
/// <param name="LeaderEpoch">Leader epoch of whoever read or wrote it last; -1 for nobody.</param>
/// <param name="StartOffset">First record that may still be delivered; -1 while that is not decided.</param>
/// <param name="DeliveryCompleteCount">Records from the start offset on that are finished with; -1 = not known.</param>
/// <param name="Batches">What became of the records from the start offset on, in the order of offsets; records in no batch were never delivered.</param>
internal sealed record ShareState(int StateEpoch, int LeaderEpoch, long StartOffset, int DeliveryCompleteCount, IReadOnlyList<ShareStateBatch> Batches);
