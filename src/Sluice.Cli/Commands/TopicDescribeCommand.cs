using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice topic describe</c>.</summary>
internal static class TopicDescribeCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string[]> names = TopicArgument.Several("Names of the topics");
        var command = new SluiceCommand(
            "describe",
            "Show the partitions of topics with their offsets and sizes, and the settings that somebody made.",
            "sluice topic describe orders",
            "sluice topic describe orders prices --json")
        {
            names,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            List<Documents.TopicDescription> topics = [];
            foreach (string name in context.ParseResult.GetRequiredValue(names).Distinct())
            {
                topics.Add(await TopicDescriber.DescribeAsync(context, name, cancellationToken).ConfigureAwait(false));
            }

            if (context.IsJson) context.WriteJson([.. topics], CliJson.Default.TopicDescriptionArray);
            else Write(context, topics);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(CommandContext context, List<Documents.TopicDescription> topics)
    {
        foreach (Documents.TopicDescription topic in topics)
        {
            if (topic != topics[0]) context.WriteLine();
            string size = Amounts.Bytes(topic.Partitions.Any(partition => partition.SizeBytes is null) ? -1 : topic.Partitions.Sum(partition => partition.SizeBytes ?? 0));
            context.WriteHeading($"{topic.Name}  {Amounts.Count(topic.Partitions.Count, "partition")}, {size}, id {topic.Id}{(topic.Internal ? ", internal" : "")}");
            var partitions = new TextTable(">Partition", ">Leader", "Replicas", "ISR", ">Start", ">End", ">Size");
            foreach (Documents.PartitionDescription partition in topic.Partitions)
            {
                partitions.Add(
                    partition.Partition.ToString(CultureInfo.InvariantCulture),
                    partition.Leader?.ToString(CultureInfo.InvariantCulture) ?? "none",
                    string.Join(',', partition.Replicas),
                    string.Join(',', partition.Isr),
                    Amounts.OffsetOrDash(partition.StartOffset ?? -1),
                    Amounts.OffsetOrDash(partition.EndOffset ?? -1),
                    Amounts.Bytes(partition.SizeBytes ?? -1));
            }

            context.Write(partitions);
            if (topic.Configs.Count == 0) continue;
            var configs = new TextTable("Setting", "Value", "Set for");
            foreach (Documents.ConfigEntry config in topic.Configs) configs.Add(config.Name, config.Value ?? "-", ConfigOutput.Source(config.Source));
            context.Write(configs);
        }
    }
}
