using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice acl</c>: the group of commands about who may do what.</summary>
internal static class AclCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "acl",
            "Show and change who may do what. A broker acts upon ACLs where authorizer.class.name is set; whom none allows something is denied it.",
            "sluice acl add --topic orders --principal alice --operation read --group billing",
            "sluice acl list --topic orders",
            "sluice acl remove --principal alice");
        command.Subcommands.Add(AclListCommand.Create(console, options));
        command.Subcommands.Add(AclAddCommand.Create(console, options));
        command.Subcommands.Add(AclRemoveCommand.Create(console, options));
        return command;
    }
}
