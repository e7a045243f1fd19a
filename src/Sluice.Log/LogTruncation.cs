namespace Sluice.Log;

/// <summary>Bytes that recovery cut off a partition because they were no valid batches.</summary>
/// <param name="TopicPartition">The partition.</param>
/// <param name="NextOffset">Log end offset after the cut.</param>
/// <param name="Bytes">Bytes cut off, later segments included.</param>
/// <param name="Reason">What was wrong with the first bad batch.</param>
public sealed record LogTruncation(TopicPartition TopicPartition, long NextOffset, long Bytes, string Reason);
