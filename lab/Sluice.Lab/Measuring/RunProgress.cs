namespace Sluice.Lab.Measuring;

/// <summary>How far a series of runs is.</summary>
/// <param name="Done">Runs that have ended.</param>
/// <param name="Total">Runs in all.</param>
/// <param name="Current">What runs next.</param>
internal readonly record struct RunProgress(int Done, int Total, TransferPlan Current);
