using Sluice.Bench.Micro.Groups;

namespace Sluice.Bench.Tests;

/// <summary>The figures of groups, of a small one, so that the program cannot rot.</summary>
public sealed class GroupFiguresTests
{
    [Fact]
    public async Task Every_figure_is_measured()
    {
        using var output = new StringWriter();
        await GroupFigures.RunAsync(scale: 0.002, output);
        string[] rows = [.. output.ToString().Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        rows.Length.ShouldBe(3, output.ToString());
        rows.ShouldAllBe(static row => row.TrimEnd().EndsWith(" |", StringComparison.Ordinal) && row.Any(char.IsAsciiDigit));
    }
}
