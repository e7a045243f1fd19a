namespace Sluice.Lab.Measuring;

/// <summary>One measure over repeated runs.</summary>
/// <param name="Median">The middle one; of an even number the mean of the two in the middle.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
internal readonly record struct Figure(double Median, double Min, double Max)
{
    /// <summary>Half the distance of the extremes, as a share of the median; 0 where the median is 0.</summary>
    public double Spread => Median == 0 ? 0 : (Max - Min) / 2 / Median;

    /// <summary>Sums up what the runs gave.</summary>
    /// <param name="values">At least one.</param>
    internal static Figure Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) throw new ArgumentException("There is no median of nothing.", nameof(values));
        double median = sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        return new Figure(median, sorted[0], sorted[^1]);
    }
}
