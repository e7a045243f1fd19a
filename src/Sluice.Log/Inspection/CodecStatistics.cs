using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>The share of one codec in a partition.</summary>
/// <param name="CompressionType">The codec.</param>
/// <param name="BatchesCount">Batches with it.</param>
/// <param name="RecordsCount">Records in them.</param>
/// <param name="Bytes">Bytes of the batches, headers included.</param>
/// <param name="UncompressedBytes">Bytes that the batches would have uncompressed; 0 if nobody looked.</param>
public readonly record struct CodecStatistics(CompressionType CompressionType, long BatchesCount, long RecordsCount, long Bytes, long UncompressedBytes);
