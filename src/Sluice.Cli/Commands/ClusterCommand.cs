using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice cluster</c>: the group of commands about the cluster.</summary>
internal static class ClusterCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand("cluster", "Look at the cluster.", "sluice cluster describe");
        command.Subcommands.Add(ClusterDescribeCommand.Create(console, options));
        return command;
    }
}
