using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Broker.Logging;

/// <summary>The broker's loggers, whose levels can be changed while it runs (KIP-412). Levels are spelled as Kafka spells them, and are not kept over a restart.</summary>
/// <remarks>
/// Any thread. What a host's own logging does not let through cannot be turned on here: the level in force is the higher one. Every logger writes one
/// line a message.
/// </remarks>
internal sealed class LogLevels : ILoggerFactory
{
    /// <summary>The logger whose level the others have that were given none of their own.</summary>
    public const string Root = "root";

    private static readonly (string Name, LogLevel Level)[] s_names =
    [
        ("TRACE", LogLevel.Trace), ("DEBUG", LogLevel.Debug), ("INFO", LogLevel.Information), ("WARN", LogLevel.Warning), ("ERROR", LogLevel.Error),
        ("FATAL", LogLevel.Critical),
    ];

    private readonly ConcurrentDictionary<string, LeveledLogger> _loggers = new(StringComparer.Ordinal);
    private readonly ILoggerFactory _factory;
    private readonly LogLevel _startLevel;
    private readonly LeveledLogger _root;

    /// <param name="factory">Makes the loggers behind; not disposed here.</param>
    /// <param name="startLevel">The root's level to begin with.</param>
    public LogLevels(ILoggerFactory factory, LogLevel startLevel)
    {
        _factory = factory;
        _startLevel = startLevel;
        _root = new LeveledLogger(factory.CreateLogger(Root), parent: null) { Level = startLevel };
        _loggers[Root] = _root;
    }

    /// <summary>The spellings of the levels, the most talkative first.</summary>
    public static IEnumerable<string> LevelNames => s_names.Select(static level => level.Name);

    /// <summary>Names of the loggers, sorted.</summary>
    public IEnumerable<string> Names => _loggers.Keys.Order(StringComparer.Ordinal);

    /// <summary>Reads a level; null if there is none of that name.</summary>
    public static LogLevel? Parse(string name) => s_names.FirstOrDefault(level => level.Name == name) is { Name: not null } found ? found.Level : null;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        new OneLineLogger(_loggers.GetOrAdd(categoryName, static (name, levels) => new LeveledLogger(levels._factory.CreateLogger(name), levels._root), this));

    /// <summary>Whether there is a logger of that name.</summary>
    public bool Exists(string name) => _loggers.ContainsKey(name);

    /// <summary>The level in force, as Kafka spells it; OFF if nothing is let through.</summary>
    /// <param name="name">A logger that exists.</param>
    public string Describe(string name) => s_names.FirstOrDefault(level => _loggers[name].IsEnabled(level.Level)).Name ?? "OFF";

    /// <summary>Whether what is behind the loggers would let a level through.</summary>
    /// <param name="name">A logger that exists.</param>
    /// <param name="level">Any.</param>
    public bool IsPossible(string name, LogLevel level) => _loggers[name].IsPossible(level);

    /// <summary>Gives a logger a level of its own, or takes it away.</summary>
    /// <param name="name">A logger that exists.</param>
    /// <param name="level">Null = the root's; the root itself goes back to what it began with.</param>
    public void Set(string name, LogLevel? level) => _loggers[name].Level = level ?? (name == Root ? _startLevel : null);

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => _factory.AddProvider(provider);

    void IDisposable.Dispose()
    {
        // The factory behind belongs to whoever made it.
    }
}
