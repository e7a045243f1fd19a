namespace Sluice.Log.Tests.Support;

/// <summary>Lets something happen to a log on a disk that dies behind the first operation, the second, and so on until it does not die any more.</summary>
/// <remarks>
/// After each death comes a new process over what is there (itself killed once in three times), which must find all that was promised, and goes
/// on; then the power is cut, and what was flushed by then, by whichever process, must be there again.
/// </remarks>
internal static class CrashPoints
{
    // No scenario here has so many; a disk that does not die any more is what ends it.
    private const int OperationsMax = 500;

    /// <summary>Runs them all.</summary>
    /// <param name="config">Settings of the log.</param>
    /// <param name="fill">Makes what is there before; the log is then closed in order.</param>
    /// <param name="act">What happens.</param>
    /// <param name="losesPower">Whether the death is a power cut, rather than a kill that a power cut follows later.</param>
    /// <returns>The operations of a run without a death.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(LogConfig config, Action<CrashedLog> fill, Func<CrashedLog, Task> act, bool losesPower)
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        using var backups = new TempDirectory();
        await using LogFixture original = await LogFixture.CreateAsync(config);
        var filled = new CrashedLog(original, new DyingFileIo(backups.Path));
        fill(filled);
        await original.Manager.DisposeAsync();
        for (int livesFor = 1; livesFor <= OperationsMax; livesFor++)
        {
            string context = $"seed {seed}, dies behind operation {livesFor}";
            if (await RunOnceAsync(original, filled, act, livesFor, losesPower, random, context) is { } journal)
            {
                return journal;
            }
        }

        throw new InvalidOperationException($"The disk still dies behind operation {OperationsMax}.");
    }

    // Returns the operations if the disk lived to their end.
    private static async Task<IReadOnlyList<string>?> RunOnceAsync(
        LogFixture original, CrashedLog filled, Func<CrashedLog, Task> act, int livesFor, bool losesPower, Random random, string context)
    {
        using var backups = new TempDirectory();
        var io = new DyingFileIo(backups.Path);
        await using LogFixture fixture = await LogFixture.OpenCopyAsync(original.LogDirectory, original.Config, io);
        CrashedLog log = filled.On(fixture, io);
        int startCount = io.Journal.Count;
        io.LivesFor = startCount + livesFor;
        try
        {
            await act(log);
        }
        catch (IOException)
        {
            // The disk died, as it should.
        }

        string[] journal = [.. io.Journal.Skip(startCount)];
        bool hasDied = journal.Length == livesFor;
        context += $" ({string.Join(", ", journal.TakeLast(4))})";
        await log.KillAsync();
        if (losesPower)
        {
            log.CutPower(random);
        }

        if (random.Next(3) == 0)
        {
            context += await DieWhileStartingAsync(log, random);
        }

        io.Revive();
        await fixture.OpenAsync();
        log.ShouldBeRight($"{context}, after the next start");
        await log.GoOnAsync(context);
        await log.KillAsync();
        log.CutPower(random);
        io.Revive();
        await fixture.OpenAsync();
        log.ShouldBeRight($"{context}, after a start, a flush and a power cut");
        await fixture.RestartAsync();
        fixture.Manager.Recovery.WasClean.ShouldBeTrue(context);
        log.ShouldBeRight($"{context}, after a stop in order at last");
        return hasDied ? null : journal;
    }

    private static async Task<string> DieWhileStartingAsync(CrashedLog log, Random random)
    {
        log.Io.Revive();
        int startCount = log.Io.Journal.Count;
        log.Io.LivesFor = startCount + random.Next(1, 15);
        try
        {
            await log.Fixture.OpenAsync();
            await log.KillAsync();
        }
        catch (IOException)
        {
            // The start died, too.
        }

        return $"; a start dies behind ({string.Join(", ", log.Io.Journal.Skip(startCount))})";
    }
}
