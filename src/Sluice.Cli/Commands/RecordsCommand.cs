using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice records</c>: the group of commands about records that are there already.</summary>
internal static class RecordsCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "records",
            "Delete records.",
            "sluice records delete orders --partition 0 --before 1000");
        command.Subcommands.Add(RecordsDeleteCommand.Create(console, options));
        return command;
    }
}
