using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice group</c>: the group of commands about groups of consumers, share groups among them.</summary>
internal static class GroupCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "group",
            "List, describe, reset and delete groups of consumers, share groups among them.",
            "sluice group list",
            "sluice group lag billing",
            "sluice group reset-offsets billing --to earliest --execute");
        command.Subcommands.Add(GroupListCommand.Create(console, options));
        command.Subcommands.Add(GroupDescribeCommand.Create(console, options));
        command.Subcommands.Add(GroupLagCommand.Create(console, options));
        command.Subcommands.Add(GroupResetOffsetsCommand.Create(console, options));
        command.Subcommands.Add(GroupDeleteCommand.Create(console, options));
        return command;
    }
}
