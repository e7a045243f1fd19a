using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice topic add-partitions</c>.</summary>
internal static class TopicAddPartitionsCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One();
        Option<int?> total = NumberOption.Create("--total", "N", "How many partitions the topic shall have in all", 1, int.MaxValue);
        total.Required = true;
        var command = new SluiceCommand(
            "add-partitions",
            "Give a topic more partitions. Keys are spread differently from then on; records that are there stay where they are.",
            "sluice topic add-partitions orders --total 6")
        {
            name, total,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            TopicMetadata topic = await TopicLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
            int totalCount = context.ParseResult.GetValue(total) ?? 0;
            if (totalCount <= topic.Partitions.Count)
            {
                string has = Amounts.Count(topic.Partitions.Count, "partition");
                throw new CommandException($"topic '{topic.Name}' has {has} already, and partitions cannot be removed. --total has to be larger");
            }

            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            await admin.AddPartitionsAsync(topic.Name, totalCount, cancellationToken).ConfigureAwait(false);
            if (context.IsJson) context.WriteJson(new Documents.TopicPartitions(topic.Name, totalCount), CliJson.Default.TopicPartitions);
            else context.WriteLine($"Topic {topic.Name} has {Amounts.Count(totalCount, "partition")} now.");
            return ExitCodes.Ok;
        });
        return command;
    }
}
