namespace Sluice.Faults.Verification;

/// <summary>What a consumer finds in one partition.</summary>
/// <param name="StartOffset">Log start offset.</param>
/// <param name="EndOffset">Log end offset.</param>
/// <param name="Records">Every record, in the order in which it came.</param>
public sealed record PartitionContent(long StartOffset, long EndOffset, IReadOnlyList<FoundRecord> Records);
