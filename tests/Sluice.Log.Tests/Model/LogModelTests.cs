using FsCheck;
using FsCheck.Fluent;
using Sluice.Log.Inspection;
using Sluice.Log.Tests.Support;

namespace Sluice.Log.Tests.Model;

/// <summary>
/// Random histories of everything that can happen to a log (appends of every kind, transactions, rolls, compaction, retention, truncation, deletion,
/// stops and crashes), beside a model that does the obvious thing in memory.
/// </summary>
/// <remarks>A failing run prints the shortest history that it finds to fail, and the seed that repeats it. With <c>./test.sh --long</c> there are forty times as many.</remarks>
public sealed class LogModelTests
{
    private static readonly FsCheck.Config Quiet = FsCheck.Config.QuickThrowOnFailure
        .WithMaxTest(Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? 4000 : 100)
        .WithEndSize(120)
        .WithQuietOnSuccess(true);

    [Fact]
    public void A_log_is_what_was_appended_less_what_may_be_gone() =>
        Prop.ForAll(LogHistory.Any, static history => RunAsync(history).GetAwaiter().GetResult()).Check(Quiet);

    private static async Task RunAsync(LogHistory history)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(history.Config);
        var model = new LogModel(fixture);
        var checks = new LogModelChecks(fixture, model, new Random(history.Steps.Count));
        foreach (LogStep step in history.Steps)
        {
            await model.DoAsync(step);
            checks.Run();
        }

        await fixture.Manager.DisposeAsync();
        Inspecting.Verify(fixture.LogDirectory).Findings.Where(static finding => finding.Severity != FindingSeverity.Note).ShouldBeEmpty();
    }
}
