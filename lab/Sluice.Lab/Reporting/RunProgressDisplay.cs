using Sluice.Lab.CommandLine;
using Sluice.Lab.Measuring;
using Spectre.Console;

namespace Sluice.Lab.Reporting;

/// <summary>Shows on standard error which run is under way: a bar on a terminal, else a line for each tenth.</summary>
internal static class RunProgressDisplay
{
    /// <summary>Does the work and shows how far it is.</summary>
    /// <param name="console">Where.</param>
    /// <param name="work">Gets what to call before each run.</param>
    internal static Task<T> RunAsync<T>(LabConsole console, Func<Action<RunProgress>, Task<T>> work) =>
        console.IsErrorTerminal ? DrawAsync(console, work) : WriteAsync(console, work);

    private static Task<T> DrawAsync<T>(LabConsole console, Func<Action<RunProgress>, Task<T>> work)
    {
        IAnsiConsole ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(console.Error),
        });

        // Drawn between runs only: a bar that moves by itself would take processor time from what is measured.
        return ansi.Progress()
            .AutoRefresh(false)
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .StartAsync(progress =>
            {
                ProgressTask task = progress.AddTask("starting");
                return work(state =>
                {
                    task.MaxValue = state.Total;
                    task.Value = state.Done;
                    task.Description = Markup.Escape(Describe(state));
                    progress.Refresh();
                });
            });
    }

    private static Task<T> WriteAsync<T>(LabConsole console, Func<Action<RunProgress>, Task<T>> work)
    {
        int toldTenth = -1;
        return work(state =>
        {
            int tenth = state.Done * 10 / state.Total;
            if (tenth == toldTenth) return;
            toldTenth = tenth;
            console.Error.WriteLine($"{tenth * 10} %  {Describe(state)}");
        });
    }

    private static string Describe(RunProgress state) => $"run {state.Done + 1} of {state.Total}: {state.Current.Mechanism}";
}
