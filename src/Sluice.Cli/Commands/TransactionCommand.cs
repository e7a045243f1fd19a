using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice transaction</c>: the group of commands about transactions of producers.</summary>
internal static class TransactionCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "transaction",
            "List and describe transactions of producers; find those that hang, and end them.",
            "sluice transaction list --state Ongoing",
            "sluice transaction describe billing-1",
            "sluice transaction find-hanging --topic orders",
            "sluice transaction abort orders --partition 0 --start-offset 4711");
        command.Subcommands.Add(TransactionListCommand.Create(console, options));
        command.Subcommands.Add(TransactionDescribeCommand.Create(console, options));
        command.Subcommands.Add(TransactionDescribeProducersCommand.Create(console, options));
        command.Subcommands.Add(TransactionFindHangingCommand.Create(console, options));
        command.Subcommands.Add(TransactionAbortCommand.Create(console, options));
        command.Subcommands.Add(TransactionTerminateCommand.Create(console, options));
        return command;
    }
}
