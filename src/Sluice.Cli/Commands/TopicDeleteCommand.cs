using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice topic delete</c>.</summary>
internal static class TopicDeleteCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string[]> names = TopicArgument.Several("Names of the topics");
        var command = new SluiceCommand(
            "delete",
            "Delete topics and everything in them. Nothing is asked, and it cannot be undone.",
            "sluice topic delete orders",
            "sluice topic delete orders prices")
        {
            names,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string[] topics = [.. context.ParseResult.GetRequiredValue(names).Distinct()];

            // All of them are looked up before the first is deleted: a typing mistake shall not leave half of the work done.
            foreach (string topic in topics) await TopicLookup.RequireAsync(context, topic, cancellationToken).ConfigureAwait(false);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            foreach (string topic in topics)
            {
                await admin.DeleteTopicAsync(topic, cancellationToken).ConfigureAwait(false);
                if (!context.IsJson) context.WriteLine($"Deleted topic {topic}.");
            }

            if (context.IsJson) context.WriteJson(new Documents.DeletedTopics(topics), CliJson.Default.DeletedTopics);
            return ExitCodes.Ok;
        });
        return command;
    }
}
