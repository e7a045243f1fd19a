using System.Globalization;

namespace Sluice.Faults.Kill;

/// <summary>What was acknowledged outlives SIGKILL, whatever the broker was doing.</summary>
public sealed class KillTests
{
    private const int CyclesCount = 15;
    private const int LongCyclesCount = 500;
    private readonly ITestOutputHelper _output;

    public KillTests(ITestOutputHelper output) => _output = output;

    // Few of these in an ordinary run: the cycles are the same, only the way into the log is another.
    private const int MappedCyclesCount = 2;
    private const int MovingCyclesCount = 4;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_by_kills_at_random_moments()
    {
        int cyclesCount = Cycles(CyclesCount);
        using KillRun run = await RunAsync(cyclesCount, KillKind.Plain);
        run.Counts.CompactedAway.ShouldBeGreaterThan(0, "the cleaner never ran");
        run.Counts.Expired.ShouldBeGreaterThan(0, "retention never ran");
        run.Counts.CleanStops.ShouldBeGreaterThan(0, "no file was checked");
    }

    [Fact]
    public async Task Nothing_is_lost_either_where_batches_are_received_straight_into_the_log()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the mapped append is Linux's");
        using KillRun run = await RunAsync(Cycles(MappedCyclesCount), KillKind.Mapped);
        run.Counts.ReservedTails.ShouldBeGreaterThan(0, "no batch was received straight into the log");
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_while_partitions_move_between_log_directories()
    {
        using KillRun run = await RunAsync(Cycles(MovingCyclesCount), KillKind.Moving);
        run.Counts.MovesAsked.ShouldBeGreaterThan(0);
    }

    private async Task<KillRun> RunAsync(int cyclesCount, KillKind kind)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();
        Report($"{cyclesCount} cycles of {BrokerProcess.Program}, {kind}, SLUICE_SEED={seed}");
        KillRun run = new(seed, kind, TestContext.Current.CancellationToken);
        await run.RunAsync(cyclesCount, Report);
        run.Counts.Kills.ShouldBeGreaterThanOrEqualTo(cyclesCount);
        run.Counts.Acknowledged.ShouldBeGreaterThan(cyclesCount * 100L);
        return run;
    }

    private static int Cycles(int ordinary) =>
        int.TryParse(Environment.GetEnvironmentVariable("SLUICE_KILL_CYCLES"), CultureInfo.InvariantCulture, out int wanted) ? wanted
        : Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? LongCyclesCount
        : ordinary;

    // To the console at once as well: the long run is watched.
    private void Report(string line)
    {
        _output.WriteLine(line);
        Console.WriteLine($"    {line}");
    }
}
