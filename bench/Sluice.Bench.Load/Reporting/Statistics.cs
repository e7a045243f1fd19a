namespace Sluice.Bench.Load.Reporting;

/// <summary>What is said of a few repetitions.</summary>
internal static class Statistics
{
    /// <summary>The middle value; of an even count the mean of the two in the middle.</summary>
    /// <param name="values">One or more.</param>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Adds the median of repetitions, with the smallest and largest beside it.</summary>
    public static void AddMedian(this Report report, string name, IReadOnlyCollection<double> values, int decimals)
    {
        report.Add($"{name}_median", Median(values), decimals);
        report.Add($"{name}_min", values.Min(), decimals);
        report.Add($"{name}_max", values.Max(), decimals);
    }
}
