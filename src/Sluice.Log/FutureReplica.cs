namespace Sluice.Log;

/// <summary>A copy of a partition that is being made in another log directory and will take the partition's place.</summary>
/// <param name="TopicPartition">The partition.</param>
/// <param name="Directory">Where the copy is.</param>
/// <param name="SizeBytes">Bytes of batches that it has.</param>
/// <param name="OffsetLag">Offsets between its end, about, and the partition's; 0 or more.</param>
public sealed record FutureReplica(TopicPartition TopicPartition, LogDirectory Directory, long SizeBytes, long OffsetLag);
