namespace Sluice.Log.Inspection;

/// <summary>How thoroughly, and with how much memory, logs are checked.</summary>
/// <param name="Limits">What may be held in memory.</param>
/// <param name="ChecksRecords">Whether batches are decompressed and their records read.</param>
/// <param name="Progress">Hears of every batch.</param>
internal sealed record VerifierSettings(InspectionLimits Limits, bool ChecksRecords, InspectionProgress Progress);
