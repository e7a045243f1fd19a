using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice kafka</c>: the group of commands about directories that Apache Kafka left.</summary>
internal static class KafkaCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "kafka",
            "Look at the data directory of an Apache Kafka before Sluice takes it over.",
            "sluice kafka inspect /var/lib/kafka/data");
        command.Subcommands.Add(KafkaInspectCommand.Create(console, options));
        return command;
    }
}
