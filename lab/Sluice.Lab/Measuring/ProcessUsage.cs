using Sluice.Lab.Interop;

namespace Sluice.Lab.Measuring;

/// <summary>What this process has cost so far, as the kernel counts it: all its threads, those that ended too.</summary>
/// <param name="UserSeconds">Processor time in user mode.</param>
/// <param name="SystemSeconds">Processor time in the kernel.</param>
/// <param name="MinorFaults">Pages that had to be mapped and were in memory.</param>
/// <param name="MajorFaults">Pages that had to be read from a disk.</param>
/// <param name="VoluntarySwitches">Times that a thread gave its processor up to wait.</param>
/// <param name="InvoluntarySwitches">Times that a thread was made to give its processor up.</param>
internal readonly record struct ProcessUsage(
    double UserSeconds, double SystemSeconds, long MinorFaults, long MajorFaults, long VoluntarySwitches, long InvoluntarySwitches)
{
    private const int RUSAGE_SELF = 0;

    /// <summary>Processor time in all.</summary>
    public double CpuSeconds => UserSeconds + SystemSeconds;

    /// <summary>Asks the kernel. getrusage(2).</summary>
    public static unsafe ProcessUsage Now()
    {
        ResourceUsage usage;
        if (LibC.getrusage(RUSAGE_SELF, &usage) != 0) throw new IOException($"getrusage: {LibC.LastErrorMessage()}");
        return new ProcessUsage(
            usage.UserSeconds + (usage.UserMicroseconds / 1e6),
            usage.SystemSeconds + (usage.SystemMicroseconds / 1e6),
            usage.MinorFaults,
            usage.MajorFaults,
            usage.VoluntarySwitches,
            usage.InvoluntarySwitches);
    }

    /// <summary>What was spent since an earlier moment.</summary>
    public ProcessUsage Since(ProcessUsage earlier) => new(
        UserSeconds - earlier.UserSeconds,
        SystemSeconds - earlier.SystemSeconds,
        MinorFaults - earlier.MinorFaults,
        MajorFaults - earlier.MajorFaults,
        VoluntarySwitches - earlier.VoluntarySwitches,
        InvoluntarySwitches - earlier.InvoluntarySwitches);
}
