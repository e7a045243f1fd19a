namespace Sluice.Lab.Advising;

/// <summary>What the measurements say about settings.</summary>
internal static class Advice
{
    // A difference below that is not worth a setting, and on most machines is noise.
    private const double Matters = 0.05;

    /// <summary>Up to which length copying is the cheaper way.</summary>
    /// <param name="costs">By growing length.</param>
    /// <returns>0 where copying never pays.</returns>
    internal static int CopyThresholdBytes(IReadOnlyList<RegionCost> costs)
    {
        int threshold = 0;
        foreach (RegionCost cost in costs)
        {
            // The first length that loses ends it: a later one that wins is noise.
            if (cost.CopyUs.Median > cost.SendFileUs.Median) break;
            threshold = cost.RegionBytes;
        }

        return threshold;
    }

    /// <summary>The shortest call that costs no more than the best one, within what matters.</summary>
    /// <param name="costs">By growing length; at least one.</param>
    internal static int CallBytes(IReadOnlyList<CallCost> costs)
    {
        double best = costs.Min(cost => cost.CpuSecondsPerGigabyte.Median);
        return costs.First(cost => cost.CpuSecondsPerGigabyte.Median <= best * (1 + Matters)).CallBytes;
    }
}
