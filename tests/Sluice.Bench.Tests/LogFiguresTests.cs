using Sluice.Bench.Micro.Log;

namespace Sluice.Bench.Tests;

/// <summary>The figures of the log, of very little of it, so that the program cannot rot.</summary>
public sealed class LogFiguresTests
{
    [Fact]
    public async Task Every_figure_is_measured()
    {
        using var output = new StringWriter();
        await LogFigures.RunAsync(scale: 0.001, output);
        string[] rows = [.. output.ToString().Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        rows.Length.ShouldBeGreaterThanOrEqualTo(8, output.ToString());
        rows.ShouldAllBe(static row => row.TrimEnd().EndsWith(" |", StringComparison.Ordinal) && row.Any(char.IsAsciiDigit));
    }
}
