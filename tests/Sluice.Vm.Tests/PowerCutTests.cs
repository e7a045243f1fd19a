using System.Globalization;
using Sluice.Conformance.Workloads;
using Sluice.Vm.Tests.Machine;

namespace Sluice.Vm.Tests;

/// <summary>What was acknowledged after a flush outlives a power cut; what was not is missing from the end at most.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int CutsCount = 3;
    private const int LongCutsCount = 50;
    private static readonly TimeSpan PatiencePerCut = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Whatever_was_flushed_before_its_acknowledgement_is_there_after_a_power_cut()
    {
        if (VmKit.TryFind(out VmKit kit) is { } reason) Assert.Skip(reason);
        int cutsCount = Cuts();
        int seed = Volume.Seed;
        Report($"{cutsCount} power cuts, SLUICE_SEED={seed}");
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(PatiencePerCut * (cutsCount + 1));
        using PowerCutRun run = await PowerCutRun.CreateAsync(kit, seed, Report, deadline.Token);
        await run.RunAsync(cutsCount);
        Report($"{run.SyncedCount} records and {run.TransactionsCount} transactions acknowledged after a flush, none lost; {run.CachedCount} from the page cache, {run.CachedLostCount} of them lost");
        run.SyncedCount.ShouldBeGreaterThan(cutsCount * 10L);
        run.TransactionsCount.ShouldBeGreaterThan(0);
        // A disk that loses nothing would prove nothing.
        run.CachedLostCount.ShouldBeGreaterThan(0);
    }

    private static int Cuts() =>
        int.TryParse(Environment.GetEnvironmentVariable("SLUICE_POWER_CUTS"), CultureInfo.InvariantCulture, out int wanted) ? wanted
        : Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? LongCutsCount
        : CutsCount;

    // To the console at once as well: a run takes minutes.
    private void Report(string line)
    {
        output.WriteLine(line);
        Console.WriteLine($"    {line}");
    }
}
