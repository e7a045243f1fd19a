using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice quota</c>: the group of commands about how much clients may use.</summary>
internal static class QuotaCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "quota",
            "Show and change quotas: how many bytes, requests, changes of topics and connections clients may use.",
            "sluice quota set --client-id import producer_byte_rate=1048576",
            "sluice quota describe",
            "sluice quota unset --client-id import producer_byte_rate");
        command.Subcommands.Add(QuotaDescribeCommand.Create(console, options));
        command.Subcommands.Add(QuotaSetCommand.Create(console, options));
        command.Subcommands.Add(QuotaUnsetCommand.Create(console, options));
        return command;
    }
}
