using System.Globalization;

namespace Sluice.Cli.Output;

/// <summary>Shows on standard error how far something got: one line that is written over on a terminal, else a line every few seconds.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int BarLength = 24;
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FileInterval = TimeSpan.FromSeconds(5);

    private readonly CliConsole _console;
    private readonly Func<ProgressState> _look;
    private readonly long _startTimestamp;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private bool _isEnded;

    /// <summary>Starts to show.</summary>
    /// <param name="console">Where.</param>
    /// <param name="look">Safe to be called from any thread until this is disposed.</param>
    internal ProgressLine(CliConsole console, Func<ProgressState> look)
    {
        _console = console;
        _look = look;
        _startTimestamp = console.Time.GetTimestamp();
        TimeSpan interval = console.IsErrorTerminal ? TerminalInterval : FileInterval;
        _timer = console.Time.CreateTimer(_ => Show(), null, interval, interval);
    }

    /// <summary>Shows the end and ends the line.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            if (_isEnded) return;
            _isEnded = true;
            Write();
            if (_console.IsErrorTerminal) _console.Error.WriteLine();
        }
    }

    private void Show()
    {
        lock (_lock)
        {
            if (!_isEnded) Write();
        }
    }

    private void Write()
    {
        string text = Describe(_look(), _console.Time.GetElapsedTime(_startTimestamp));
        if (_console.IsErrorTerminal) _console.Error.Write($"\r{text}\e[K");
        else _console.Error.WriteLine(text);
    }

    private static string Describe(ProgressState state, TimeSpan elapsed)
    {
        string bar = "";
        if (state.Share is { } share)
        {
            share = Math.Clamp(share, 0, 1);
            int filledLength = (int)(share * BarLength);
            string percent = (share * 100).ToString("0", CultureInfo.InvariantCulture).PadLeft(3);
            bar = $"[{new string('#', filledLength)}{new string('.', BarLength - filledLength)}] {percent} %  ";
        }

        return $"{bar}{Amounts.Count(state.RecordsCount, "record")}  {Amounts.Bytes(state.Bytes)}  "
            + $"{Amounts.RecordsRate(state.RecordsCount, elapsed)}  {Amounts.BytesRate(state.Bytes, elapsed)}";
    }
}
