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

    // Recovery begins with a snapshot in which the transaction is open, its records being gone with the log start: only the marker can end it.
    [Fact]
    public Task A_marker_that_recovery_needs_outlives_compaction() => RunAsync(new LogHistory(
        LogConfig.Default with
        {
            CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete, RetentionMs = -1, DeleteRetentionMs = LogModel.DeleteRetentionMs, SegmentBytes = 3222, IndexIntervalBytes = 0,
            SegmentIndexBytes = 4096, FileDeleteDelayMs = 0,
        },
        [
            new(LogStepKind.TransactionalPut, 2, 2, 1), new(LogStepKind.Put, 1, 4, 1), new(LogStepKind.Put, 8, 4, 3), new(LogStepKind.Roll), new(LogStepKind.Abort, 2),
            new(LogStepKind.IdempotentPut, 6, 2, 3), new(LogStepKind.Delete, 5), new(LogStepKind.Roll), new(LogStepKind.Put, 4, 4, 1), new(LogStepKind.DeleteRecords, 0, 6),
            new(LogStepKind.Clean, 0, 2), new(LogStepKind.Wait, 0, 1000), new(LogStepKind.Clean, 0, 1000), new(LogStepKind.Crash),
        ]));

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
