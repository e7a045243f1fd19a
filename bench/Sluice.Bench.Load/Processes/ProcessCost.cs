namespace Sluice.Bench.Load.Processes;

/// <summary>What a process has cost between two samples.</summary>
/// <param name="UserSeconds">Processor time in user mode.</param>
/// <param name="SystemSeconds">Processor time in the kernel.</param>
/// <param name="VoluntarySwitches">Times that a thread gave its processor up to wait.</param>
/// <param name="InvoluntarySwitches">Times that a thread was made to give its processor up.</param>
internal sealed record ProcessCost(double UserSeconds, double SystemSeconds, long VoluntarySwitches, long InvoluntarySwitches)
{
    /// <summary>Processor time in all.</summary>
    public double CpuSeconds => UserSeconds + SystemSeconds;

    /// <summary>Takes the difference of two samples of one process.</summary>
    public static ProcessCost Between(ProcessSample before, ProcessSample after)
    {
        double userSeconds = after.UserSeconds - before.UserSeconds;
        double systemSeconds = after.SystemSeconds - before.SystemSeconds;
        double tickedSeconds = userSeconds + systemSeconds;
        double exactSeconds = after.ThreadSeconds.Sum(thread => thread.Value - before.ThreadSeconds.GetValueOrDefault(thread.Key));

        // The exact sum, split as the ticks are split; where threads ended meanwhile, the ticks know more.
        bool anyThreadEnded = before.ThreadSeconds.Keys.Any(id => !after.ThreadSeconds.ContainsKey(id));
        double scale = tickedSeconds > 0 && exactSeconds > 0 && !anyThreadEnded ? exactSeconds / tickedSeconds : 1;
        return new ProcessCost(
            userSeconds * scale,
            systemSeconds * scale,
            Math.Max(0, after.VoluntarySwitches - before.VoluntarySwitches),
            Math.Max(0, after.InvoluntarySwitches - before.InvoluntarySwitches));
    }
}
