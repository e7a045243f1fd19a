namespace Sluice.Log.Compaction;

/// <summary>What one round may use.</summary>
/// <param name="MapBytes">Memory for the map of keys.</param>
/// <param name="LoadFactor">How full the map may become, above 0 and at most 1.</param>
/// <param name="BufferBytes">First size of the read and of the write buffer; either grows to the largest batch.</param>
/// <param name="DecompressedBatchBytesMax">Bytes that the records of one batch may decompress to.</param>
/// <param name="SegmentBytesMax">Bytes at which a new segment is begun although its group is not at its end.</param>
internal readonly record struct CleaningLimits(
    long MapBytes, double LoadFactor, int BufferBytes, int DecompressedBatchBytesMax, long SegmentBytesMax = CleanedSegments.SegmentBytesMax);
