using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Consuming;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice consume</c>.</summary>
internal static class ConsumeCommand
{
    // Who follows a log wants to see a broker's restart through.
    private static readonly TimeSpan FollowRetryTimeout = TimeSpan.FromMinutes(1);

    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One();
        Option<IReadOnlyList<int>> partitions = NumberOption.CreateList("--partition", "P", "Only these partitions; repeatable, or separated by commas");
        var from = new Option<string?>("--from") { Description = $"Where to start: {StartPositionParser.Forms} [default: beginning]", HelpName = "WHERE" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Wait for further records at the end, until Ctrl-C" };
        Option<long?> max = NumberOption.Create("--max", "N", "Stop after so many records", 1, long.MaxValue);
        var print = new Option<string?>("--print")
        {
            Description = $"What to print before the value, separated by tabs; any of {string.Join(',', RecordFormat.FieldNames)}",
            HelpName = "FIELDS",
        };
        var format = new Option<string?>("--format")
        {
            Description = "What to print for each record, such as '{partition}:{offset} {key}={value}\\n'; \\n, \\t and \\0 are understood",
            HelpName = "TEXT",
        };
        var nullText = new Option<string?>("--null-value") { Description = "What to print for null [default: null]", HelpName = "TEXT" };
        var committed = new Option<bool>("--read-committed") { Description = "Leave out records of transactions that are open or were aborted" };
        var command = new SluiceCommand(
            "consume",
            "Print records. Stops at the end of the log unless told to follow. With --json, one object per line.",
            "sluice consume orders --from 2026-01-31T12:00:00Z --print key,offset",
            "sluice consume orders --from end --follow --json")
        {
            name, partitions, from, follow, max, print, format, nullText, committed,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            ParseResult parsed = context.ParseResult;
            bool isFollowing = parsed.GetValue(follow);
            if (isFollowing) context.RetryTimeout = FollowRetryTimeout;
            StartPosition start = ParseFrom(parsed.GetValue(from));
            IRecordPrinter printer = context.IsJson
                ? new JsonRecordPrinter(context.Console.Output)
                : new TextRecordPrinter(context.Console.Output, Format(parsed.GetValue(format), parsed.GetValue(print)), parsed.GetValue(nullText) ?? "null");

            TopicMetadata topic = await TopicLookup.RequireAsync(context, parsed.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<int> indexes = TopicLookup.Partitions(topic, parsed.GetValue(partitions));
            var consumerOptions = new RecordConsumerOptions
            {
                Follow = isFollowing,
                SkipDeleted = isFollowing,
                IsolationLevel = parsed.GetValue(committed) ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted,
            };
            KafkaCluster cluster = await context.ClusterAsync(cancellationToken).ConfigureAwait(false);
            await using var consumer = new RecordConsumer(cluster, consumerOptions);
            foreach (int index in indexes) consumer.Assign(topic.Name, index, start);
            return await new RecordPrinting(context, consumer, printer, topic.Name, parsed.GetValue(max) ?? long.MaxValue)
                .RunAsync(isFollowing, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static StartPosition ParseFrom(string? text)
    {
        if (text is null) return StartPosition.Beginning;
        return StartPositionParser.TryParse(text, out StartPosition position)
            ? position
            : throw CommandException.Usage($"--from wants {StartPositionParser.Forms}; it is '{text}'");
    }

    private static RecordFormat Format(string? format, string? print)
    {
        if (format is not null && print is not null) throw CommandException.Usage("give either --format or --print");
        return format is not null ? RecordFormat.Parse(format) : RecordFormat.FromFields(print);
    }
}
