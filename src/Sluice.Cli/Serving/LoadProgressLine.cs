using Sluice.Log;

namespace Sluice.Cli.Serving;

/// <summary>Says how far a long opening of the logs is, about once a second, on standard error.</summary>
internal sealed class LoadProgressLine(CliConsole console) : IProgress<LogLoadProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _lastTimestamp = console.Time.GetTimestamp();

    public void Report(LogLoadProgress value)
    {
        lock (_lock)
        {
            if (console.Time.GetElapsedTime(_lastTimestamp) < Interval) return;
            _lastTimestamp = console.Time.GetTimestamp();
            console.Error.WriteLine($"opening logs: {value.LoadedCount} of {value.TotalCount} ({value.Last})");
        }
    }
}
