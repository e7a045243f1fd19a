namespace Sluice.Client.Consuming;

/// <summary>A record batch as it came from the broker: whole, with magic 2, its CRC checked unless that is switched off.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">0 or more.</param>
/// <param name="FromOffset">First offset that was asked for; a batch may begin before it.</param>
/// <param name="UpToOffset">First offset that is not wanted any more; a batch may go on behind it.</param>
/// <param name="Bytes">For <see cref="Protocol.Records.RecordBatchView"/>. Belongs to whoever got it.</param>
public readonly record struct FetchedBatch(string Topic, int Partition, long FromOffset, long UpToOffset, ReadOnlyMemory<byte> Bytes);
