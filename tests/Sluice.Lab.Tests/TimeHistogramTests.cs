using System.Diagnostics;
using Sluice.Lab.Measuring;

namespace Sluice.Lab.Tests;

public class TimeHistogramTests
{
    [Fact]
    public void Shares_of_many_times_are_right_to_within_three_percent()
    {
        var random = new Random(17);
        var histogram = new TimeHistogram();
        List<long> ticks = [];
        for (int i = 0; i < 20_000; i++)
        {
            long value = (long)Math.Pow(10, random.NextDouble() * 9);
            ticks.Add(value);
            histogram.Add(value);
        }

        ticks.Sort();
        foreach (double share in (double[])[0.01, 0.5, 0.9, 0.99, 0.999])
        {
            double exact = ticks[(int)Math.Ceiling(share * ticks.Count) - 1] * 1e6 / Stopwatch.Frequency;
            histogram.Microseconds(share).ShouldBeInRange(exact, exact * 1.04, $"share {share}, seed 17");
        }

        histogram.Microseconds(1).ShouldBe(ticks[^1] * 1e6 / Stopwatch.Frequency);
    }

    [Fact]
    public void Two_histograms_add_up()
    {
        var one = new TimeHistogram();
        var other = new TimeHistogram();
        one.Add(5);
        other.Add(7);
        one.Add(other);
        one.Count.ShouldBe(2);
        one.Microseconds(0.5).ShouldBe(5 * 1e6 / Stopwatch.Frequency);
        one.Microseconds(1).ShouldBe(7 * 1e6 / Stopwatch.Frequency);
    }

    [Fact]
    public void Nothing_took_no_time() => new TimeHistogram().Microseconds(0.99).ShouldBe(0);
}
