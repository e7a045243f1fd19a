using Microsoft.Extensions.Logging;

namespace Sluice.Differential.Peers;

/// <summary>Lets every level through, so that levels can be set, and keeps nothing.</summary>
internal sealed class DiscardingLoggers : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // Nobody reads it.
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
        // Holds nothing.
    }
}
