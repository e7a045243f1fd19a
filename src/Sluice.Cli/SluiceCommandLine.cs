using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Sluice.Cli.Commands;
using Sluice.Cli.Commands.LogTools;
using Sluice.Cli.Output;

namespace Sluice.Cli;

/// <summary>The whole command line: what can be typed, and what happens then.</summary>
internal static class SluiceCommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="console">What it runs on.</param>
    /// <param name="serve">Runs a broker for <c>serve</c>; null = there is no such command.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    internal static Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        CliConsole console,
        Func<ServeOptions, CancellationToken, Task<int>>? serve,
        CancellationToken cancellationToken) =>
        Failures.ReportAsync(console, cancellationToken, () => InvokeAsync(arguments, console, serve, cancellationToken));

    /// <summary>The root command with everything below it.</summary>
    internal static RootCommand Create(CliConsole console, Func<ServeOptions, CancellationToken, Task<int>>? serve)
    {
        var globals = new GlobalOptions();
        var root = new RootCommand("Sluice is a Kafka-compatible log broker. This is the broker, and the tool to look at any Kafka cluster.");
        globals.AddTo(root);
        if (serve is not null) root.Subcommands.Add(ServeCommand.Create(console, globals, serve));
        root.Subcommands.Add(TopicCommand.Create(console, globals));
        root.Subcommands.Add(ConfigCommand.Create(console, globals));
        root.Subcommands.Add(ProduceCommand.Create(console, globals));
        root.Subcommands.Add(ConsumeCommand.Create(console, globals));
        root.Subcommands.Add(RecordsCommand.Create(console, globals));
        root.Subcommands.Add(OffsetsCommand.Create(console, globals));
        root.Subcommands.Add(GroupCommand.Create(console, globals));
        root.Subcommands.Add(TransactionCommand.Create(console, globals));
        root.Subcommands.Add(AclCommand.Create(console, globals));
        root.Subcommands.Add(UserCommand.Create(console, globals));
        root.Subcommands.Add(QuotaCommand.Create(console, globals));
        root.Subcommands.Add(ClusterCommand.Create(console, globals));
        root.Subcommands.Add(LogDirsCommand.Create(console, globals));
        root.Subcommands.Add(ApiVersionsCommand.Create(console, globals));
        root.Subcommands.Add(LogCommand.Create(console, globals));
        root.Subcommands.Add(KafkaCommand.Create(console, globals));
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is not HelpAction usual) continue;
            if (console.IsOutputTerminal) usual.MaxWidth = console.Width;
            help.Action = new HelpWithExamples(usual);
        }

        foreach (VersionOption version in root.Options.OfType<VersionOption>()) version.Action = new VersionLine();

        return root;
    }

    private static async Task<int> InvokeAsync(
        IReadOnlyList<string> arguments,
        CliConsole console,
        Func<ServeOptions, CancellationToken, Task<int>>? serve,
        CancellationToken cancellationToken)
    {
        RootCommand root = Create(console, serve);
        ParseResult parseResult = root.Parse(arguments.Count == 0 ? ["--help"] : arguments);
        if (parseResult.Errors.Count > 0 && parseResult.Action is not HelpWithExamples) throw CommandException.Usage(Explain(parseResult));

        using var output = new StringWriter();
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        int exitCode = await parseResult.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        console.Output.Write(output.ToString());
        console.Output.Flush();
        return exitCode;
    }

    private static string Explain(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        string path = string.Join(' ', PathOf(parseResult.CommandResult));
        bool lacksCommand = command.Subcommands.Count > 0 && parseResult.UnmatchedTokens.Count == 0;
        if (lacksCommand) return $"'{path}' wants a command: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}. See: {path} --help";
        if (command.Subcommands.Count > 0)
        {
            string typed = parseResult.UnmatchedTokens[0];
            string? near = NearMiss.Find(typed, command.Subcommands.Select(sub => sub.Name));
            return near is null
                ? $"there is no '{path} {typed}'. See: {path} --help"
                : $"there is no '{path} {typed}'. Did you mean '{path} {near}'?";
        }

        if (ExplainOption(parseResult, path) is { } mistyped) return mistyped;
        string error = parseResult.Errors[0].SymbolResult is ArgumentResult { Tokens.Count: 0 } missing
            ? $"{missing.Argument.Name} is missing"
            : parseResult.Errors[0].Message.TrimEnd('.');
        return $"{error}. See: {path} --help";
    }

    private static string? ExplainOption(ParseResult parseResult, string path)
    {
        string? typed = parseResult.UnmatchedTokens.FirstOrDefault(token => token.StartsWith("--", StringComparison.Ordinal))?.Split('=')[0];
        if (typed is null) return null;
        IEnumerable<Option> options = parseResult.CommandResult.Command.Options.Concat(parseResult.RootCommandResult.Command.Options.Where(option => option.Recursive));
        string? near = NearMiss.Find(typed, options.SelectMany(option => option.Aliases.Prepend(option.Name)));
        return near is null ? $"there is no option '{typed}'. See: {path} --help" : $"there is no option '{typed}'. Did you mean '{near}'?";
    }

    private static IEnumerable<string> PathOf(CommandResult result)
    {
        List<string> names = [];
        for (SymbolResult? current = result; current is CommandResult commandResult; current = current.Parent)
        {
            names.Add(commandResult.Command is RootCommand ? "sluice" : commandResult.Command.Name);
        }

        names.Reverse();
        return names;
    }
}
