using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice topic</c>: the group of commands about topics.</summary>
internal static class TopicCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "topic",
            "Create, list, describe, change and delete topics.",
            "sluice topic list",
            "sluice topic create orders --partitions 3");
        command.Subcommands.Add(TopicCreateCommand.Create(console, options));
        command.Subcommands.Add(TopicListCommand.Create(console, options));
        command.Subcommands.Add(TopicDescribeCommand.Create(console, options));
        command.Subcommands.Add(TopicAlterCommand.Create(console, options));
        command.Subcommands.Add(TopicAddPartitionsCommand.Create(console, options));
        command.Subcommands.Add(TopicDeleteCommand.Create(console, options));
        return command;
    }
}
