namespace Sluice.Bench.Load.Baseline;

/// <summary>What the C program says of itself.</summary>
/// <param name="Bytes">Bytes sent.</param>
/// <param name="WallSeconds">From its first call to its last.</param>
/// <param name="UserSeconds">Processor time in user mode.</param>
/// <param name="SystemSeconds">Processor time in the kernel.</param>
/// <param name="VoluntarySwitches">Times that it waited.</param>
/// <param name="InvoluntarySwitches">Times that it was made to wait.</param>
internal sealed record SendfileLoopResult(
    long Bytes, double WallSeconds, double UserSeconds, double SystemSeconds, long VoluntarySwitches, long InvoluntarySwitches)
{
    /// <summary>Processor time for 10^9 bytes.</summary>
    public double CpuSecondsPerGigabyte => (UserSeconds + SystemSeconds) / (Bytes / 1e9);

    /// <summary>10^6 bytes per second.</summary>
    public double MegabytesPerSecond => Bytes / 1e6 / WallSeconds;
}
