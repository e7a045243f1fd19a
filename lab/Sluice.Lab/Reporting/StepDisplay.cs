using Sluice.Lab.CommandLine;
using Spectre.Console;

namespace Sluice.Lab.Reporting;

/// <summary>Shows on standard error which of a known number of steps is under way: a bar on a terminal, else a line for each tenth.</summary>
internal sealed class StepDisplay
{
    private readonly Action<int, string> _show;
    private int _doneCount;

    private StepDisplay(Action<int, string> show) => _show = show;

    /// <summary>Says what is done next.</summary>
    internal void Next(string step) => _show(_doneCount++, step);

    /// <summary>Does the work and shows how far it is.</summary>
    /// <param name="console">Where.</param>
    /// <param name="stepsCount">How often the work will say that it begins a step; 1 or more.</param>
    /// <param name="work">Says so.</param>
    internal static Task<T> RunAsync<T>(LabConsole console, int stepsCount, Func<StepDisplay, Task<T>> work) =>
        console.IsErrorTerminal ? DrawAsync(console, stepsCount, work) : work(new StepDisplay(Tenths(console, stepsCount)));

    private static Action<int, string> Tenths(LabConsole console, int stepsCount)
    {
        int toldTenth = -1;
        return (doneCount, step) =>
        {
            int tenth = doneCount * 10 / stepsCount;
            if (tenth == toldTenth) return;
            toldTenth = tenth;
            console.Error.WriteLine($"{tenth * 10} %  {doneCount + 1} of {stepsCount}: {step}");
        };
    }

    private static Task<T> DrawAsync<T>(LabConsole console, int stepsCount, Func<StepDisplay, Task<T>> work)
    {
        IAnsiConsole ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(console.Error),
        });

        // Drawn between steps only: a bar that moves by itself would take processor time from what is measured.
        return ansi.Progress()
            .AutoRefresh(false)
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .StartAsync(progress =>
            {
                ProgressTask task = progress.AddTask("starting", maxValue: stepsCount);
                return work(new StepDisplay((doneCount, step) =>
                {
                    task.Value = doneCount;
                    task.Description = Markup.Escape($"{doneCount + 1} of {stepsCount}: {step}");
                    progress.Refresh();
                }));
            });
    }
}
