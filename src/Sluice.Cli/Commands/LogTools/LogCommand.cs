using System.CommandLine;

namespace Sluice.Cli.Commands.LogTools;

/// <summary><c>sluice log</c>: the group of commands that read a data directory without a broker.</summary>
internal static class LogCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "log",
            "Look at a data directory on the disk, Sluice's or Apache Kafka's: show it, check it, count it, build its indexes anew, rescue what is in it.",
            "sluice log verify ./data",
            "sluice log dump ./data/orders-0 --records");
        command.Subcommands.Add(LogDumpCommand.Create(console, options));
        command.Subcommands.Add(LogVerifyCommand.Create(console, options));
        command.Subcommands.Add(LogIndexCommand.Create(console, options));
        command.Subcommands.Add(LogStatsCommand.Create(console, options));
        command.Subcommands.Add(LogCopyCommand.Create(console, options));
        return command;
    }
}
