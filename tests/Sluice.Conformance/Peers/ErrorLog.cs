using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Conformance.Peers;

/// <summary>Keeps what a broker logs as an error.</summary>
public sealed class ErrorLog : ILoggerFactory
{
    private readonly ConcurrentQueue<string> _errors = [];

    /// <summary>In the order of their coming.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    public ILogger CreateLogger(string categoryName) => new Logger(_errors);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) errors.Enqueue($"{eventId.Name}: {formatter(state, exception)} {exception}");
        }
    }
}
