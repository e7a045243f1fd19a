using System.CommandLine;
using System.CommandLine.Help;
using Sluice.Lab.Commands;
using Sluice.Lab.Interop;

namespace Sluice.Lab.CommandLine;

/// <summary>The whole command line: what can be typed, and what happens then.</summary>
internal static class LabCommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="console">What it writes to.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    internal static async Task<int> RunAsync(IReadOnlyList<string> arguments, LabConsole console, CancellationToken cancellationToken)
    {
        try
        {
            if (!LibC.IsSupported) throw new LabException("the lab measures system calls of Linux on x64 or arm64, and this is another system");
            ParseResult parsed = Create(console).Parse(arguments.Count == 0 ? ["--help"] : arguments);
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction) throw LabException.Usage(Explain(parsed));
            var configuration = new InvocationConfiguration
            {
                Output = console.Output,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (LabException exception)
        {
            return Report(console, exception.Message, exception.ExitCode);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Report(console, exception.Message, ExitCodes.Failed);
        }
    }

    private static RootCommand Create(LabConsole console)
    {
        var root = new RootCommand("Every way from a file to a socket, measured side by side on this machine.");
        root.Subcommands.Add(TransferCommand.Create(console));
        root.Subcommands.Add(SweepCommand.Create(console));
        root.Subcommands.Add(ReceiveCommand.Create(console));
        root.Subcommands.Add(IndexCommand.Create(console));
        root.Subcommands.Add(TraceCommand.Create(console));
        root.Subcommands.Add(AdviseCommand.Create(console));
        root.Subcommands.Add(LimitCommand.Create(console));
        root.Subcommands.Add(HttpCommand.Create(console));
        root.Subcommands.Add(ColdCommand.Create(console));
        return root;
    }

    private static int Report(LabConsole console, string message, int exitCode)
    {
        console.Error.WriteLine($"sluice-lab: {message.ReplaceLineEndings(" ").TrimEnd()}");
        console.Error.Flush();
        return exitCode;
    }

    private static string Explain(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string path = command is RootCommand ? "sluice-lab" : $"sluice-lab {command.Name}";
        string commands = string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name));
        if (parsed.UnmatchedTokens is [string unknown, ..])
        {
            string instead = command.Subcommands.Count > 0 ? $"; the commands are {commands}" : "";
            return $"there is no '{path} {unknown}'{instead}. See: {path} --help";
        }

        return command.Subcommands.Count > 0
            ? $"'{path}' wants a command: {commands}. See: {path} --help"
            : $"{parsed.Errors[0].Message.TrimEnd('.')}. See: {path} --help";
    }
}
