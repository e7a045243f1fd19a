using Sluice.Lab.Measuring;

namespace Sluice.Lab.Tests;

public class FigureTests
{
    [Fact]
    public void The_median_of_an_odd_number_is_the_middle_one() => Figure.Of([9, 1, 2]).ShouldBe(new Figure(2, 1, 9));

    [Fact]
    public void The_median_of_an_even_number_lies_between_the_two_in_the_middle() => Figure.Of([4, 1, 2, 100]).ShouldBe(new Figure(3, 1, 100));

    [Fact]
    public void The_spread_is_half_the_distance_of_the_extremes() => Figure.Of([8, 10, 12]).Spread.ShouldBe(0.2, 1e-9);

    [Fact]
    public void Nothing_has_no_median() => Should.Throw<ArgumentException>(() => Figure.Of([]));
}
