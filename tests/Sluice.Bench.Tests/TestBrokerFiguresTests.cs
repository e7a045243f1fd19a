using Sluice.Bench.Micro.Testing;

namespace Sluice.Bench.Tests;

/// <summary>The figures of brokers inside tests, of a few, so that the program cannot rot.</summary>
public sealed class TestBrokerFiguresTests
{
    [Fact]
    public async Task Every_figure_is_measured()
    {
        using var output = new StringWriter();
        await TestBrokerFigures.RunAsync(scale: 0.03, output);
        string[] rows = [.. output.ToString().Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        rows.Length.ShouldBe(5, output.ToString());
        rows.ShouldAllBe(static row => row.TrimEnd().EndsWith(" |", StringComparison.Ordinal) && row.Any(char.IsAsciiDigit));
    }
}
