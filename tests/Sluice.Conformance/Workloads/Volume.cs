using System.Globalization;

namespace Sluice.Conformance.Workloads;

/// <summary>How much the tests send: little on every run, a million records where that was asked for.</summary>
public static class Volume
{
    /// <summary>True = the long run, by SLUICE_LONG_TESTS=1.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1";

    /// <summary>Of everything that is left to chance: SLUICE_SEED, or another one in each run.</summary>
    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();

    /// <summary>Records of one workload.</summary>
    public static int RecordsCount => IsLong ? 1_000_000 : 20_000;

    /// <summary>Time that a workload may take before the test fails.</summary>
    public static TimeSpan Patience => IsLong ? TimeSpan.FromMinutes(30) : TimeSpan.FromMinutes(2);
}
