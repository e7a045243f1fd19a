using Sluice.Bench.Micro.Log;

namespace Sluice.Bench.Tests;

/// <summary>The figures of moves, of very little, so that the program cannot rot.</summary>
public sealed class MoveFiguresTests
{
    [Fact]
    public async Task A_move_is_measured_beside_a_copy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "cp and sync of Linux are what a move is measured beside");
        using var output = new StringWriter();
        await MoveFigures.RunAsync(0.002, output);
        output.ToString().Split('\n').Count(static line => line.StartsWith("| move", StringComparison.Ordinal)).ShouldBe(4);
        output.ToString().Split('\n').Count(static line => line.StartsWith("| `cp", StringComparison.Ordinal)).ShouldBe(4);
    }
}
