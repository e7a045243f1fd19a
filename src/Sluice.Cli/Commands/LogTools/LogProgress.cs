using Sluice.Cli.Output;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Runs an inspection on a thread of its own and tells on standard error how far it is, if it takes long.</summary>
internal static class LogProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Runs the work.</summary>
    /// <returns>What it returns.</returns>
    internal static async Task<T> RunAsync<T>(CommandContext context, InspectionProgress progress, Func<T> work, CancellationToken cancellationToken)
    {
        Task<T> running = Task.Run(work, cancellationToken);
        if (context.Console.IsErrorTerminal)
        {
            return await new ProgressDisplay(context.Console, context.IsErrorColored, () => Look(progress)).RunAsync(() => running).ConfigureAwait(false);
        }

        // A short check says nothing: who redirects its output wants to see what is wrong.
        while (await Task.WhenAny(running, Task.Delay(Interval, context.Console.Time, cancellationToken)).ConfigureAwait(false) != running)
        {
            if (cancellationToken.IsCancellationRequested) break;
            context.Note($"{Amounts.Bytes(progress.DoneBytes)} of {Amounts.Bytes(progress.TotalBytes)}, {Amounts.Count(progress.RecordsCount, "record")}");
        }

        return await running.ConfigureAwait(false);
    }

    private static ProgressState Look(InspectionProgress progress) => new(
        progress.RecordsCount,
        progress.DoneBytes,
        progress.TotalBytes == 0 ? 0 : Math.Min(1, (double)progress.DoneBytes / progress.TotalBytes),
        Trouble: null);
}
