using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice config</c>: the group of commands about settings.</summary>
internal static class ConfigCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "config",
            "Show and change settings of topics and brokers.",
            "sluice config describe --topic orders",
            "sluice config set --topic orders retention.ms=86400000");
        command.Subcommands.Add(ConfigDescribeCommand.Create(console, options));
        command.Subcommands.Add(ConfigSetCommand.Create(console, options));
        command.Subcommands.Add(ConfigUnsetCommand.Create(console, options));
        return command;
    }
}
