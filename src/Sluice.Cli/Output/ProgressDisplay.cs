using System.Globalization;
using Spectre.Console;

namespace Sluice.Cli.Output;

/// <summary>Shows on standard error how far something is: a bar on a terminal, else a line every few seconds.</summary>
internal sealed class ProgressDisplay
{
    private const int BarLength = 24;
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FileInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietInterval = TimeSpan.FromSeconds(2);

    private readonly CliConsole _console;
    private readonly bool _isColored;
    private readonly bool _countsRecords;
    private readonly Func<ProgressState> _look;
    private readonly long _startTimestamp;
    private ProgressState _state;

    /// <summary>Creates a display that shows nothing yet.</summary>
    /// <param name="console">Where.</param>
    /// <param name="isColored">Whether a terminal may be sent colours.</param>
    /// <param name="look">Asked between the steps of the work, on another thread than the work's.</param>
    /// <param name="countsRecords">Whether the work knows records, and not bytes alone.</param>
    internal ProgressDisplay(CliConsole console, bool isColored, Func<ProgressState> look, bool countsRecords = true)
    {
        _countsRecords = countsRecords;
        _console = console;
        _isColored = isColored;
        _look = look;
        _startTimestamp = console.Time.GetTimestamp();
    }

    /// <summary>Does the work, and says only what is in the way, if something is.</summary>
    /// <returns>What the work returns.</returns>
    internal Task<T> RunQuietlyAsync<T>(Func<Task<T>> work)
    {
        string? told = null;
        return WatchAsync(work(), QuietInterval, () =>
        {
            string? trouble = _look().Trouble;
            if (trouble is not null && trouble != told) _console.Error.WriteLine($"{trouble}; trying again, Ctrl-C gives up");
            told = trouble;
        });
    }

    /// <summary>Does the work, and shows how far it is until it is done.</summary>
    /// <returns>What the work returns.</returns>
    internal Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        if (_console.IsErrorTerminal) return DrawAsync(work);
        return WatchAsync(work(), FileInterval, () =>
        {
            _state = _look();
            _console.Error.WriteLine(_state.Share is { } share ? $"{Percent(share)}  {Describe()}" : Describe());
        });
    }

    private Task<T> DrawAsync<T>(Func<Task<T>> work)
    {
        _state = _look();
        List<ProgressColumn> columns = [new ProgressTextColumn(Describe)];
        if (_state.Share is not null) columns.InsertRange(0, [new ProgressBarColumn { Width = BarLength }, new PercentageColumn()]);
        return Terminal.Create(_console.Error, _isColored, _console.ErrorWidth, isLive: true)
            .Progress()
            .AutoRefresh(false)
            .Columns([.. columns])
            .StartAsync(progress =>
            {
                ProgressTask task = progress.AddTask("records", maxValue: 1);
                return WatchAsync(work(), TerminalInterval, () =>
                {
                    _state = _look();
                    task.Value = _state.Share ?? 0;
                    progress.Refresh();
                });
            });
    }

    // The clock is the console's own; the library would look at its own pace.
    private async Task<T> WatchAsync<T>(Task<T> running, TimeSpan interval, Action show)
    {
        while (await Task.WhenAny(running, Task.Delay(interval, _console.Time)).ConfigureAwait(false) != running) show();
        show();
        return await running.ConfigureAwait(false);
    }

    private string Describe()
    {
        TimeSpan elapsed = _console.Time.GetElapsedTime(_startTimestamp);
        string trouble = _state.Trouble is null ? "" : $"  {_state.Trouble}";
        if (!_countsRecords) return $"{Amounts.Bytes(_state.Bytes)}  {Amounts.BytesRate(_state.Bytes, elapsed)}{trouble}";
        return $"{Amounts.Count(_state.RecordsCount, "record")}  {Amounts.Bytes(_state.Bytes)}  "
            + $"{Amounts.RecordsRate(_state.RecordsCount, elapsed)}  {Amounts.BytesRate(_state.Bytes, elapsed)}{trouble}";
    }

    private static string Percent(double share) => $"{(share * 100).ToString("0", CultureInfo.InvariantCulture)} %";
}
