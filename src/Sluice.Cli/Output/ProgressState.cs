namespace Sluice.Cli.Output;

/// <summary>How far something got.</summary>
/// <param name="RecordsCount">Records so far.</param>
/// <param name="Bytes">Bytes so far.</param>
/// <param name="Share">0 to 1; null = nobody knows how much there is.</param>
/// <param name="Trouble">What is in the way now, and may go away; null = nothing.</param>
internal readonly record struct ProgressState(long RecordsCount, long Bytes, double? Share, string? Trouble);
