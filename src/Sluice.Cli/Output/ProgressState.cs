namespace Sluice.Cli.Output;

/// <summary>How far something got.</summary>
/// <param name="RecordsCount">Records so far.</param>
/// <param name="Bytes">Bytes so far.</param>
/// <param name="Share">0 to 1; null = nobody knows how much there is.</param>
internal readonly record struct ProgressState(long RecordsCount, long Bytes, double? Share);
