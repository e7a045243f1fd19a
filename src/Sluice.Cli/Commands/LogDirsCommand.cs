using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice log-dirs</c>, and <c>sluice log-dirs list</c>, which is the same.</summary>
internal static class LogDirsCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        SluiceCommand command = CreateList(
            console,
            options,
            "log-dirs",
            "Show the directories in which brokers keep partitions, and how large these are; move partitions between them.",
            "sluice log-dirs",
            "sluice log-dirs --broker 1 --topic orders",
            "sluice log-dirs move orders --to /disk2/sluice");
        command.Subcommands.Add(CreateList(
            console,
            options,
            "list",
            "Show the directories in which brokers keep partitions, and how large these are.",
            "sluice log-dirs list",
            "sluice log-dirs list --topic orders --json"));
        command.Subcommands.Add(LogDirsMoveCommand.Create(console, options));
        return command;
    }

    private static SluiceCommand CreateList(CliConsole console, GlobalOptions options, string verb, string description, params string[] examples)
    {
        Option<int?> broker = NumberOption.Create("--broker", "ID", "Only this broker", 0, int.MaxValue);
        var name = new Option<string?>("--topic") { Description = "Only this topic", HelpName = "TOPIC" };
        var command = new SluiceCommand(verb, description, examples) { broker, name };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string? topic = context.ParseResult.GetValue(name);
            if (topic is not null) await TopicLookup.RequireAsync(context, topic, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<LogDirectory> directories =
                await DescribeAsync(context, context.ParseResult.GetValue(broker), topic, cancellationToken).ConfigureAwait(false);
            if (context.IsJson) context.WriteJson([.. directories.Select(ToDocument)], CliJson.Default.LogDirectoryArray);
            else Write(context, directories);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The directories of one broker, or of all.</summary>
    /// <exception cref="CommandException">There is no such broker.</exception>
    internal static async Task<IReadOnlyList<LogDirectory>> DescribeAsync(
        CommandContext context,
        int? brokerId,
        string? topic,
        CancellationToken cancellationToken)
    {
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
        ClusterDescription cluster = await admin.DescribeClusterAsync(cancellationToken).ConfigureAwait(false);
        if (brokerId is { } wanted && cluster.Brokers.All(broker => broker.Id != wanted))
        {
            string there = string.Join(", ", cluster.Brokers.Select(broker => broker.Id));
            throw new CommandException($"there is no broker {wanted}. The cluster has: {there}");
        }

        List<LogDirectory> directories = [];
        foreach (BrokerMetadata broker in cluster.Brokers.Where(broker => brokerId is null || broker.Id == brokerId))
        {
            directories.AddRange(await admin.DescribeLogDirsAsync(broker.Id, topic, cancellationToken).ConfigureAwait(false));
        }

        return directories;
    }

    private static void Write(CommandContext context, IReadOnlyList<LogDirectory> directories)
    {
        foreach (LogDirectory directory in directories)
        {
            if (directory != directories[0]) context.WriteLine();
            string held = $"{Amounts.Count(directory.Partitions.Count, "partition")}, {Amounts.Bytes(directory.Partitions.Sum(partition => partition.SizeBytes))}";
            string free = directory.UsableBytes < 0 ? "" : $", {Amounts.Bytes(directory.UsableBytes)} of {Amounts.Bytes(directory.TotalBytes)} free";
            string trouble = (directory.IsCordoned ? ", cordoned" : "") + (directory.Error is null ? "" : $", {directory.Error}");
            context.WriteHeading($"Broker {directory.BrokerId}  {directory.Path}  {held}{free}{trouble}");
            if (directory.Partitions.Count == 0) continue;
            var table = new TextTable("Topic", ">Partition", ">Size", ">Lag");
            foreach (LogDirectoryPartition partition in directory.Partitions.OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition))
            {
                string index = partition.Partition.ToString(CultureInfo.InvariantCulture) + (partition.IsFuture ? " (future)" : "");
                table.Add(partition.Topic, index, Amounts.Bytes(partition.SizeBytes), Amounts.Count(partition.OffsetLag));
            }

            context.Write(table);
        }
    }

    private static Documents.LogDirectory ToDocument(LogDirectory directory) => new(
        directory.BrokerId,
        directory.Path,
        directory.Error,
        directory.TotalBytes < 0 ? null : directory.TotalBytes,
        directory.UsableBytes < 0 ? null : directory.UsableBytes,
        directory.IsCordoned,
        [.. directory.Partitions.Select(partition => new Documents.LogDirectoryPartition(
            partition.Topic, partition.Partition, partition.SizeBytes, partition.OffsetLag, partition.IsFuture))]);
}
