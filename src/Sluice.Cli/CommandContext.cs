using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli;

/// <summary>What a running command has at hand.</summary>
internal sealed class CommandContext : IAsyncDisposable
{
    private readonly string _bootstrapServers;
    private readonly string? _commandConfig;
    private KafkaCluster? _cluster;

    private CommandContext(CliConsole console, ParseResult parseResult, GlobalOptions options)
    {
        Console = console;
        ParseResult = parseResult;
        IsJson = parseResult.GetValue(options.Json);
        bool? isColorWanted = parseResult.GetValue(options.Color) switch
        {
            ColorChoice.Always => true,
            ColorChoice.Never => false,
            _ => string.IsNullOrEmpty(console.Environment("NO_COLOR")) ? null : false,
        };
        IsRich = isColorWanted ?? console.IsOutputTerminal;
        IsErrorColored = isColorWanted ?? console.IsErrorTerminal;
        _bootstrapServers = options.BootstrapServers(parseResult, console);
        _commandConfig = parseResult.GetValue(options.CommandConfig);
    }

    internal CliConsole Console { get; }

    internal ParseResult ParseResult { get; }

    /// <summary>Whether a program reads the output.</summary>
    internal bool IsJson { get; }

    /// <summary>Whether colours and drawn tables are wanted.</summary>
    internal bool IsRich { get; }

    /// <summary>Whether colours are wanted on standard error.</summary>
    internal bool IsErrorColored { get; }

    /// <summary>Time for which retriable refusals are repeated. To be set before the first use of the cluster.</summary>
    internal TimeSpan RetryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Makes a command do something, and turns whatever goes wrong into one line and an exit code.</summary>
    /// <param name="command">Gets the action.</param>
    /// <param name="console">What it runs on.</param>
    /// <param name="options">The options of every command.</param>
    /// <param name="run">The action; returns the exit code.</param>
    internal static void SetAction(
        Command command,
        CliConsole console,
        GlobalOptions options,
        Func<CommandContext, CancellationToken, Task<int>> run) => command.SetAction((parseResult, cancellationToken) =>
            Failures.ReportAsync(console, cancellationToken, async () =>
            {
                await using var context = new CommandContext(console, parseResult, options);
                int exitCode = await run(context, cancellationToken).ConfigureAwait(false);
                console.Output.Flush();
                return exitCode;
            }));

    /// <summary>The cluster; called at the first use.</summary>
    internal async ValueTask<KafkaCluster> ClusterAsync(CancellationToken cancellationToken) =>
        _cluster ??= await KafkaCluster.ConnectAsync(_bootstrapServers, ClientOptions(), cancellationToken).ConfigureAwait(false);

    internal async ValueTask<AdminClient> AdminAsync(CancellationToken cancellationToken) =>
        new(await ClusterAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Prints one JSON document.</summary>
    internal void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        Console.Output.Write(JsonSerializer.SerializeToUtf8Bytes(value, type));
        Console.Output.WriteLine();
    }

    internal void WriteLine(string text = "") => Console.Output.WriteLine(text);

    internal void Write(TextTable table) => Console.Output.Write(table.Render(IsRich, Console.Width));

    /// <summary>Tells a person something that is not the command's result: on standard error.</summary>
    internal void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>A heading: bold where that is possible.</summary>
    internal void WriteHeading(string text) => WriteLine(IsRich ? $"\e[1m{text}\e[0m" : text);

    private KafkaClientOptions ClientOptions()
    {
        var options = new KafkaClientOptions { ClientId = "sluice-cli", RetryTimeout = RetryTimeout, TimeProvider = Console.Time };
        if (_commandConfig is null) return options;
        IReadOnlyList<string> unused = CommandConfigFile.Apply(_commandConfig, options);
        if (unused.Count > 0) Note($"sluice: --command-config: not used here: {string.Join(", ", unused)}");
        return options;
    }

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
