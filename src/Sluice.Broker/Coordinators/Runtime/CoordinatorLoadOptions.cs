namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>How shards read their logs.</summary>
/// <param name="ChunkBytes">Bytes read at a time.</param>
/// <param name="DecompressedBytesMax">Most bytes that one batch may unpack to.</param>
/// <param name="ShardsAtOnce">Shards that load at the same time.</param>
internal sealed record CoordinatorLoadOptions(int ChunkBytes, int DecompressedBytesMax, int ShardsAtOnce);
