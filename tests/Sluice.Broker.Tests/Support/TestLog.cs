using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Network;

namespace Sluice.Broker.Tests.Support;

/// <summary>One event that the broker logged.</summary>
internal sealed record LoggedEvent(LogLevel Level, string Name, string Message, Exception? Exception, IReadOnlyDictionary<string, object?> Values)
{
    public override string ToString() => $"{Level} {Name}: {Message} {Exception}";
}

/// <summary>Keeps what the broker logs, and lets tests wait for it: an event is the one thing that a closed connection leaves behind.</summary>
internal sealed class TestLog : ILoggerFactory
{
    private readonly Lock _lock = new();
    private readonly List<LoggedEvent> _events = [];
    private readonly List<(Func<LoggedEvent, bool> Matches, TaskCompletionSource<LoggedEvent> Found)> _waiting = [];

    /// <summary>What is less than this is formatted, as a log would, and forgotten: for tests in which it would be too much.</summary>
    public LogLevel KeptLevel { get; set; } = LogLevel.Debug;

    public ImmutableArray<LoggedEvent> Events
    {
        get
        {
            lock (_lock) return [.. _events];
        }
    }

    public IEnumerable<LoggedEvent> Errors => Events.Where(static logged => logged.Level >= LogLevel.Error);

    /// <summary>The first event that matches, of those logged already or later.</summary>
    public Task<LoggedEvent> WaitForAsync(Func<LoggedEvent, bool> matches)
    {
        lock (_lock)
        {
            if (_events.Find(new Predicate<LoggedEvent>(matches)) is { } found) return Task.FromResult(found);
            TaskCompletionSource<LoggedEvent> later = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((matches, later));
            return later.Task.WaitAsync(TestBroker.Deadline);
        }
    }

    /// <summary>The first event of a name.</summary>
    public Task<LoggedEvent> WaitForAsync(string name) => WaitForAsync(logged => logged.Name == name);

    /// <summary>Waits until a connection was closed for a reason.</summary>
    public Task WaitForClosedAsync(CloseReason reason) =>
        WaitForAsync(logged => logged.Name == "ConnectionClosed" && logged.Values["Reason"] is CloseReason other && other == reason);

    /// <summary>How many connections were closed for a reason.</summary>
    public int ClosedCount(CloseReason reason) =>
        Events.Count(logged => logged.Name == "ConnectionClosed" && logged.Values["Reason"] is CloseReason other && other == reason);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private void Add(LoggedEvent logged)
    {
        lock (_lock)
        {
            _events.Add(logged);
            for (int i = _waiting.Count - 1; i >= 0; i--)
            {
                if (!_waiting[i].Matches(logged)) continue;
                _waiting[i].Found.TrySetResult(logged);
                _waiting.RemoveAt(i);
            }
        }
    }

    private sealed class Logger(TestLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Dictionary<string, object?> values = new(StringComparer.Ordinal);
            foreach ((string name, object? value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? []) values[name] = value;
            LoggedEvent logged = new(logLevel, eventId.Name ?? "", formatter(state, exception), exception, values);
            if (logLevel >= log.KeptLevel) log.Add(logged);
        }
    }
}
