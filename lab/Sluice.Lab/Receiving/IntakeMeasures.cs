using Sluice.Lab.Measuring;

namespace Sluice.Lab.Receiving;

/// <summary>What repeated runs of one way in gave.</summary>
internal sealed record IntakeMeasures(
    string Mechanism,
    bool Crc,
    Figure MegabytesPerSecond,
    Figure CpuSecondsPerGigabyte,
    Figure UserSecondsPerGigabyte,
    Figure PrepareCpuSecondsPerGigabyte,
    Figure Calls,
    Figure PageFaults,
    Figure ContextSwitches)
{
    internal static IntakeMeasures Of(IntakePlan plan, IReadOnlyList<IntakeReport> runs)
    {
        double gigabytes = plan.LengthBytes / 1e9;
        return new IntakeMeasures(
            plan.Mechanism,
            plan.Crc,
            Figure.Of(runs.Select(run => gigabytes * 1000 / run.Seconds)),
            Figure.Of(runs.Select(run => run.CpuSeconds / gigabytes)),
            Figure.Of(runs.Select(run => run.UserSeconds / gigabytes)),
            Figure.Of(runs.Select(run => run.PrepareCpuSeconds / gigabytes)),
            Figure.Of(runs.Select(run => (double)run.Calls)),
            Figure.Of(runs.Select(run => (double)run.PageFaults)),
            Figure.Of(runs.Select(run => (double)run.ContextSwitches)));
    }
}
