using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice group reset-offsets</c>.</summary>
internal static class GroupResetOffsetsCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> id = GroupLookup.Argument();
        var topic = new Option<string[]>("--topic") { Description = "Only this topic; repeatable. Without it: every topic that the group has committed", HelpName = "TOPIC" };
        Option<IReadOnlyList<int>> partitions = NumberOption.CreateList("--partition", "P", "Only these partitions of the one topic; repeatable, or separated by commas");
        var to = new Option<string?>("--to")
        {
            Description = "Where to read on: earliest, latest, an offset, a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970: the first record at or after it",
            HelpName = "POSITION",
        };
        Option<long?> shift = NumberOption.Create("--shift", "N", "Go N records on, or back if N is negative, from what is committed", long.MinValue / 2, long.MaxValue / 2);
        var execute = new Option<bool>("--execute") { Description = "Commit the new offsets; without it they are only shown" };
        var command = new SluiceCommand(
            "reset-offsets",
            "Change where a group that nobody is in reads on. Shows what would change; --execute does it.",
            "sluice group reset-offsets billing --to earliest",
            "sluice group reset-offsets billing --topic orders --to 2026-01-31T12:00:00Z --execute",
            "sluice group reset-offsets billing --topic orders --partition 0 --shift -100 --execute")
        {
            id, topic, partitions, to, shift, execute,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string groupId = context.ParseResult.GetRequiredValue(id);
            string? position = context.ParseResult.GetValue(to);
            long? shiftBy = context.ParseResult.GetValue(shift);
            string[] topics = [.. (context.ParseResult.GetValue(topic) ?? []).Distinct()];
            IReadOnlyList<int>? wanted = context.ParseResult.GetValue(partitions);
            if (position is null == shiftBy is null) throw CommandException.Usage("say where to read on: either --to POSITION or --shift N");
            if (wanted is { Count: > 0 } && topics.Length != 1) throw CommandException.Usage("--partition needs exactly one --topic");
            ResetTarget target = position is null ? ResetTarget.Shifted(shiftBy!.Value) : ParseTarget(position);
            bool isForReal = context.ParseResult.GetValue(execute);

            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            GroupDescription? group = await admin.DescribeGroupAsync(groupId, cancellationToken).ConfigureAwait(false);

            // A group that is not there yet may be given offsets to start from, if it is said for which topics.
            if (group is null && topics.Length == 0) await GroupLookup.RequireAsync(context, groupId, cancellationToken).ConfigureAwait(false);
            if (group is { Members.Count: > 0 }) throw new CommandException($"group '{groupId}' has members, which would go on where they are; stop its consumers first");
            bool isShared = group?.Type == GroupDescription.ShareType;
            Dictionary<(string Topic, int Partition), long?> current = await CurrentAsync(admin, groupId, isShared, cancellationToken).ConfigureAwait(false);
            List<Documents.OffsetReset> plan = await PlanAsync(context, admin, current, topics, wanted, target, cancellationToken).ConfigureAwait(false);
            if (isForReal && plan.Count > 0) await CommitAsync(admin, groupId, isShared, plan, cancellationToken).ConfigureAwait(false);
            Show(context, groupId, plan, isForReal);
            return ExitCodes.Ok;
        });
        return command;
    }

    // Null where the group has a partition, and no offset in it yet.
    private static async Task<Dictionary<(string Topic, int Partition), long?>> CurrentAsync(AdminClient admin, string groupId, bool isShared, CancellationToken cancellationToken) => isShared
        ? (await admin.ListShareGroupOffsetsAsync(groupId, cancellationToken).ConfigureAwait(false)).ToDictionary(offset => (offset.Topic, offset.Partition), offset => offset.StartOffset)
        : (await admin.ListGroupOffsetsAsync(groupId, cancellationToken).ConfigureAwait(false)).ToDictionary(offset => (offset.Topic, offset.Partition), offset => (long?)offset.Offset);

    private static async Task CommitAsync(AdminClient admin, string groupId, bool isShared, List<Documents.OffsetReset> plan, CancellationToken cancellationToken)
    {
        try
        {
            if (isShared) await admin.AlterShareGroupOffsetsAsync(groupId, [.. plan.Select(reset => (reset.Topic, reset.Partition, reset.NewOffset))], cancellationToken).ConfigureAwait(false);
            else await admin.CommitGroupOffsetsAsync(groupId, [.. plan.Select(reset => new GroupOffset(reset.Topic, reset.Partition, reset.NewOffset))], cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception) when (exception.Error is ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress or ErrorCode.NonEmptyGroup)
        {
            throw new CommandException($"somebody joined group '{groupId}' meanwhile; stop its consumers first");
        }
    }

    private static async Task<List<Documents.OffsetReset>> PlanAsync(
        CommandContext context,
        AdminClient admin,
        Dictionary<(string Topic, int Partition), long?> current,
        string[] topics,
        IReadOnlyList<int>? wanted,
        ResetTarget target,
        CancellationToken cancellationToken)
    {
        List<Documents.OffsetReset> plan = [];
        foreach (string name in topics.Length > 0 ? topics : current.Keys.Select(partition => partition.Topic).Distinct())
        {
            TopicMetadata topic = await TopicLookup.RequireAsync(context, name, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<int> indexes = TopicLookup.Partitions(topic, wanted);
            if (topics.Length == 0) indexes = [.. indexes.Where(index => current.ContainsKey((name, index)))];
            Dictionary<int, long> starts = await FindAsync(admin, name, OffsetQuery.Earliest, indexes, cancellationToken).ConfigureAwait(false);
            Dictionary<int, long> ends = await FindAsync(admin, name, OffsetQuery.Latest, indexes, cancellationToken).ConfigureAwait(false);
            Dictionary<int, long> byTime = target.TimestampMs is { } timestampMs
                ? await FindAsync(admin, name, OffsetQuery.AtTime(timestampMs), indexes, cancellationToken).ConfigureAwait(false)
                : [];
            foreach (int index in indexes)
            {
                long? before = current.GetValueOrDefault((name, index));
                if (before is null && target.IsShift)
                {
                    context.Note($"{name}-{index}: nothing is committed that could be shifted; left out");
                    continue;
                }

                long after = target.Resolve(before, starts[index], ends[index], byTime.GetValueOrDefault(index, -1));
                plan.Add(new Documents.OffsetReset(name, index, before, after, after - before));
            }
        }

        return plan;
    }

    private static async Task<Dictionary<int, long>> FindAsync(
        AdminClient admin, string topic, OffsetQuery query, IReadOnlyList<int> partitions, CancellationToken cancellationToken)
    {
        IReadOnlyList<PartitionOffset> found = await admin.ListOffsetsAsync(topic, query, partitions, cancellationToken: cancellationToken).ConfigureAwait(false);
        return found.ToDictionary(offset => offset.Partition, offset => offset.Offset);
    }

    private static void Show(CommandContext context, string groupId, List<Documents.OffsetReset> plan, bool isDone)
    {
        if (context.IsJson)
        {
            context.WriteJson(new Documents.OffsetResets(groupId, isDone, plan), CliJson.Default.OffsetResets);
            return;
        }

        if (plan.Count == 0)
        {
            context.Note("There is nothing to reset.");
            return;
        }

        var table = new TextTable("Topic", ">Partition", ">Committed", ">New offset", ">Change");
        foreach (Documents.OffsetReset reset in plan)
        {
            table.Add(
                reset.Topic,
                reset.Partition.ToString(CultureInfo.InvariantCulture),
                Amounts.OffsetOrDash(reset.CommittedOffset ?? -1),
                reset.NewOffset.ToString(CultureInfo.InvariantCulture),
                reset.Change is { } change ? change.ToString("+#,0;-#,0;0", CultureInfo.InvariantCulture) : "-");
        }

        context.Write(table);
        context.WriteLine(isDone ? $"Committed for group {groupId}." : "Nothing is changed yet: add --execute to commit these offsets.");
    }

    private static ResetTarget ParseTarget(string text)
    {
        switch (text.ToUpperInvariant())
        {
            case "EARLIEST" or "BEGINNING" or "START":
                return ResetTarget.Earliest;
            case "LATEST" or "END":
                return ResetTarget.Latest;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number < StartPositionParser.SmallestTimestampMs) return ResetTarget.AtOffset(number);
        return StartPositionParser.TryParseTime(text, out long timestampMs)
            ? ResetTarget.AtTime(timestampMs)
            : throw CommandException.Usage($"--to wants earliest, latest, an offset, a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970; it is '{text}'");
    }
}
