using Microsoft.Extensions.Logging;

namespace Sluice.Broker.Logging;

/// <summary>A logger with a level that can be changed.</summary>
/// <param name="inner">Where the messages go.</param>
/// <param name="parent">Whose level counts while there is none of its own; null = the root, which always has one.</param>
internal sealed class LeveledLogger(ILogger inner, LeveledLogger? parent) : ILogger
{
    // A LogLevel, or -1 for none: so that it is read and written whole.
    private volatile int _level = None;

    private const int None = -1;

    /// <summary>The lowest level that is let through; null = the parent's.</summary>
    public LogLevel? Level
    {
        get => _level == None ? null : (LogLevel)_level;
        set => _level = value is { } level ? (int)level : None;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= (Level ?? parent!.Level) && IsPossible(logLevel);

    /// <summary>Whether what is behind would let a level through.</summary>
    public bool IsPossible(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
