using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice records delete</c>.</summary>
internal static class RecordsDeleteCommand
{
    private const long UpToHighWatermark = -1;

    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One();
        Option<int?> partition = NumberOption.Create("--partition", "P", "The partition", 0, int.MaxValue);
        partition.Required = true;
        var before = new Option<string>("--before")
        {
            Description = "The first offset to stay; 'end' deletes everything that is there",
            HelpName = "OFFSET",
            Required = true,
        };
        var command = new SluiceCommand(
            "delete",
            "Delete a partition's records before an offset. Nothing is asked, and it cannot be undone.",
            "sluice records delete orders --partition 0 --before 1000",
            "sluice records delete orders --partition 0 --before end")
        {
            name, partition, before,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            long beforeOffset = ParseBefore(context.ParseResult.GetRequiredValue(before));
            TopicMetadata topic = await TopicLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
            int index = TopicLookup.Partitions(topic, [context.ParseResult.GetValue(partition) ?? 0])[0];
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            long startOffset = await admin.DeleteRecordsAsync(topic.Name, index, beforeOffset, cancellationToken).ConfigureAwait(false);
            if (context.IsJson) context.WriteJson(new Documents.DeletedRecords(topic.Name, index, startOffset), CliJson.Default.DeletedRecords);
            else context.WriteLine($"{topic.Name}-{index} starts at offset {startOffset} now.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static long ParseBefore(string text)
    {
        if (text.Equals("end", StringComparison.OrdinalIgnoreCase)) return UpToHighWatermark;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            ? offset
            : throw CommandException.Usage($"--before wants an offset of 0 or more, or 'end'; it is '{text}'");
    }
}
