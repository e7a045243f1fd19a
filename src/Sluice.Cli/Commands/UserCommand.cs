using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice user</c>: the group of commands about users who log in by SCRAM.</summary>
internal static class UserCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "user",
            "Add, list and delete users who log in by SCRAM.",
            "sluice user list",
            "sluice user add alice");
        command.Subcommands.Add(UserAddCommand.Create(console, options));
        command.Subcommands.Add(UserListCommand.Create(console, options));
        command.Subcommands.Add(UserDeleteCommand.Create(console, options));
        return command;
    }
}
