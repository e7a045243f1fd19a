using System.Globalization;

namespace Sluice.Faults.Kill;

/// <summary>What was acknowledged outlives SIGKILL, whatever the broker was doing.</summary>
public sealed class KillTests
{
    private const int CyclesCount = 15;
    private const int LongCyclesCount = 500;
    private readonly ITestOutputHelper _output;

    public KillTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_by_kills_at_random_moments()
    {
        int cyclesCount = Cycles();
        int seed = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();
        Report($"{cyclesCount} cycles of {BrokerProcess.Program}, SLUICE_SEED={seed}");
        using KillRun run = new(seed, TestContext.Current.CancellationToken);
        await run.RunAsync(cyclesCount, Report);
        run.Counts.Kills.ShouldBeGreaterThanOrEqualTo(cyclesCount);
        run.Counts.Acknowledged.ShouldBeGreaterThan(cyclesCount * 100L);
        run.Counts.CompactedAway.ShouldBeGreaterThan(0, "the cleaner never ran");
        run.Counts.Expired.ShouldBeGreaterThan(0, "retention never ran");
        run.Counts.CleanStops.ShouldBeGreaterThan(0, "no file was checked");
    }

    private static int Cycles() =>
        int.TryParse(Environment.GetEnvironmentVariable("SLUICE_KILL_CYCLES"), CultureInfo.InvariantCulture, out int wanted) ? wanted
        : Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? LongCyclesCount
        : CyclesCount;

    // To the console at once as well: the long run is watched.
    private void Report(string line)
    {
        _output.WriteLine(line);
        Console.WriteLine($"    {line}");
    }
}
