using Sluice.Bench.Load.Running;

namespace Sluice.Bench.Tests;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_are_at_most_a_64th_above_the_true_values()
    {
        var histogram = new LatencyHistogram();
        var random = new Random(1);
        long[] values = [.. Enumerable.Range(0, 10_000).Select(_ => (long)Math.Exp(random.NextDouble() * 30))];
        foreach (long value in values) histogram.Add(value);
        Array.Sort(values);
        foreach (double fraction in (double[])[0.001, 0.5, 0.9, 0.99, 0.999, 1])
        {
            long exact = values[(int)Math.Ceiling(fraction * values.Length) - 1];
            histogram.Percentile(fraction).ShouldBeInRange(exact, exact + (exact / 64) + 1);
        }

        histogram.Count.ShouldBe(values.Length);
        histogram.MaxNanoseconds.ShouldBe(values[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(long.MaxValue)]
    public void A_single_value_is_every_percentile(long value)
    {
        var histogram = new LatencyHistogram();
        histogram.Add(value);
        histogram.Percentile(0.5).ShouldBe(value);
        histogram.Percentile(1).ShouldBe(value);
    }

    [Fact]
    public void Histograms_add_up()
    {
        var low = new LatencyHistogram();
        var high = new LatencyHistogram();
        low.Add(10);
        high.Add(1000);
        low.Add(high);
        low.Count.ShouldBe(2);
        low.Percentile(0.5).ShouldBe(10);
        low.Percentile(1).ShouldBe(1000);
    }
}
