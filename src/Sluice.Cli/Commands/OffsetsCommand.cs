using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice offsets</c>.</summary>
internal static class OffsetsCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One();
        Option<IReadOnlyList<int>> partitions = NumberOption.CreateList("--partition", "P", "Only these partitions; repeatable, or separated by commas");
        var time = new Option<string?>("--time")
        {
            Description = "Look up one offset instead of both ends: earliest, latest, max-timestamp (the newest record by its time), "
                + "a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970: the first record at or after it",
            HelpName = "TIME",
        };
        var command = new SluiceCommand(
            "offsets",
            "Show where partitions start and end, or which offset belongs to a time.",
            "sluice offsets orders",
            "sluice offsets orders --time 2026-01-31T12:00:00Z")
        {
            name, partitions, time,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string? asked = context.ParseResult.GetValue(time);
            OffsetQuery? query = asked is null ? null : ParseTime(asked);
            TopicMetadata topic = await TopicLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<int> indexes = TopicLookup.Partitions(topic, context.ParseResult.GetValue(partitions));
            if (query is { } one) await WriteOneAsync(context, topic.Name, indexes, one, cancellationToken).ConfigureAwait(false);
            else await WriteEndsAsync(context, topic.Name, indexes, cancellationToken).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task WriteEndsAsync(CommandContext context, string topic, IReadOnlyList<int> indexes, CancellationToken cancellationToken)
    {
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PartitionOffset> starts = await admin
            .ListOffsetsAsync(topic, OffsetQuery.Earliest, indexes, cancellationToken: cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PartitionOffset> ends = await admin
            .ListOffsetsAsync(topic, OffsetQuery.Latest, indexes, cancellationToken: cancellationToken).ConfigureAwait(false);
        Documents.PartitionOffsets[] document =
            [.. starts.Zip(ends, (start, end) => new Documents.PartitionOffsets(start.Partition, start.Offset, end.Offset))];
        if (context.IsJson)
        {
            context.WriteJson(document, CliJson.Default.PartitionOffsetsArray);
            return;
        }

        var table = new TextTable(">Partition", ">Start", ">End", ">Offsets");
        foreach (Documents.PartitionOffsets partition in document)
        {
            table.Add(Number(partition.Partition), Number(partition.StartOffset), Number(partition.EndOffset), Number(partition.EndOffset - partition.StartOffset));
        }

        context.Write(table);
    }

    private static async Task WriteOneAsync(
        CommandContext context,
        string topic,
        IReadOnlyList<int> indexes,
        OffsetQuery query,
        CancellationToken cancellationToken)
    {
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PartitionOffset> offsets = await admin
            .ListOffsetsAsync(topic, query, indexes, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (context.IsJson)
        {
            Documents.PartitionOffset[] document = [.. offsets.Select(offset => new Documents.PartitionOffset(
                offset.Partition,
                offset.Offset < 0 ? null : offset.Offset,
                offset.TimestampMs < 0 ? null : offset.TimestampMs))];
            context.WriteJson(document, CliJson.Default.PartitionOffsetArray);
            return;
        }

        var table = new TextTable(">Partition", ">Offset", "Time of the record");
        foreach (PartitionOffset offset in offsets)
        {
            table.Add(Number(offset.Partition), Amounts.OffsetOrDash(offset.Offset), Amounts.Time(offset.TimestampMs));
        }

        context.Write(table);
    }

    private static OffsetQuery ParseTime(string text) => text.ToUpperInvariant() switch
    {
        "EARLIEST" or "BEGINNING" or "START" => OffsetQuery.Earliest,
        "LATEST" or "END" => OffsetQuery.Latest,
        "MAX-TIMESTAMP" => OffsetQuery.MaxTimestamp,
        _ => StartPositionParser.TryParseTime(text, out long timestampMs)
            ? OffsetQuery.AtTime(timestampMs)
            : throw CommandException.Usage(
                $"--time wants earliest, latest, max-timestamp, a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970; it is '{text}'"),
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
