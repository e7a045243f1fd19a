using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice topic list</c>.</summary>
internal static class TopicListCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var includeInternal = new Option<bool>("--internal") { Description = "Also list the topics that the broker keeps for itself" };
        var command = new SluiceCommand("list", "List topics.", "sluice topic list", "sluice topic list --internal --json") { includeInternal };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            bool isInternalWanted = context.ParseResult.GetValue(includeInternal);
            Write(context, await admin.ListTopicsAsync(isInternalWanted, cancellationToken).ConfigureAwait(false));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(CommandContext context, IReadOnlyList<TopicMetadata> topics)
    {
        if (context.IsJson)
        {
            Documents.TopicSummary[] document = [.. topics.Select(topic =>
                new Documents.TopicSummary(topic.Name, topic.Id.ToString(), topic.IsInternal, topic.Partitions.Count, ReplicasCount(topic)))];
            context.WriteJson(document, CliJson.Default.TopicSummaryArray);
            return;
        }

        if (topics.Count == 0)
        {
            context.Note("No topics. Create one with: sluice topic create NAME");
            return;
        }

        var table = new TextTable("Topic", ">Partitions", ">Replicas");
        foreach (TopicMetadata topic in topics)
        {
            string partitions = topic.Partitions.Count.ToString(CultureInfo.InvariantCulture);
            table.Add(topic.Name, partitions, ReplicasCount(topic).ToString(CultureInfo.InvariantCulture));
        }

        context.Write(table);
    }

    private static int ReplicasCount(TopicMetadata topic) => topic.Partitions.Count == 0 ? 0 : topic.Partitions[0].Replicas.Count;
}
