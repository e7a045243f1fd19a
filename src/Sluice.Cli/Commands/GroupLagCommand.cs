using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice group lag</c>.</summary>
internal static class GroupLagCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> id = GroupLookup.Argument();
        var command = new SluiceCommand("lag", "Show how far a group is behind the end of what it reads. Of a share group, Committed is the first record that is not finished with.", "sluice group lag billing", "sluice group lag billing --json") { id };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            GroupDescription group = await GroupLookup.RequireAsync(context, context.ParseResult.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            List<Documents.PartitionLag> lags = group.Type == GroupDescription.ShareType
                ? await MeasureSharedAsync(admin, group, cancellationToken).ConfigureAwait(false)
                : await MeasureAsync(admin, group, await admin.ListGroupOffsetsAsync(group.Id, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            if (context.IsJson) context.WriteJson([.. lags], CliJson.Default.PartitionLagArray);
            else Write(context, group, lags);
            return ExitCodes.Ok;
        });
        return command;
    }

    // Partitions that were committed, and those that a member reads without having committed yet.
    private static async Task<List<Documents.PartitionLag>> MeasureAsync(
        AdminClient admin, GroupDescription group, IReadOnlyList<GroupOffset> committed, CancellationToken cancellationToken)
    {
        Dictionary<(string Topic, int Partition), long> offsets = committed.ToDictionary(offset => (offset.Topic, offset.Partition), offset => offset.Offset);
        Dictionary<(string Topic, int Partition), string> owners = [];
        foreach (GroupMember member in group.Members)
        {
            foreach ((string, int) partition in member.Partitions) owners[partition] = member.Id;
        }

        List<Documents.PartitionLag> lags = [];
        foreach (IGrouping<string, (string Topic, int Partition)> topic in offsets.Keys.Union(owners.Keys).Order().GroupBy(partition => partition.Topic))
        {
            Dictionary<int, long> ends = await EndsAsync(admin, topic.Key, [.. topic.Select(partition => partition.Partition)], cancellationToken).ConfigureAwait(false);
            foreach ((string Topic, int Partition) partition in topic)
            {
                long? offset = offsets.TryGetValue(partition, out long known) ? known : null;
                long? end = ends.TryGetValue(partition.Partition, out long last) ? last : null;
                lags.Add(new Documents.PartitionLag(partition.Topic, partition.Partition, offset, end, end - offset, owners.GetValueOrDefault(partition)));
            }
        }

        return lags;
    }

    // A share group is not at one offset: some records behind the first open one are finished with, and the broker leaves them out of the lag.
    private static async Task<List<Documents.PartitionLag>> MeasureSharedAsync(AdminClient admin, GroupDescription group, CancellationToken cancellationToken)
    {
        ILookup<(string, int), string> readers = group.Members.SelectMany(member => member.Partitions.Select(partition => (partition, member.Id)))
            .ToLookup(static each => each.partition, static each => each.Id);
        IReadOnlyList<ShareGroupOffset> offsets = await admin.ListShareGroupOffsetsAsync(group.Id, cancellationToken).ConfigureAwait(false);
        List<Documents.PartitionLag> lags = [];
        foreach (IGrouping<string, ShareGroupOffset> topic in offsets.GroupBy(offset => offset.Topic))
        {
            Dictionary<int, long> ends = await EndsAsync(admin, topic.Key, [.. topic.Select(offset => offset.Partition)], cancellationToken).ConfigureAwait(false);
            foreach (ShareGroupOffset offset in topic)
            {
                long? end = ends.TryGetValue(offset.Partition, out long last) ? last : null;
                string[] members = [.. readers[(offset.Topic, offset.Partition)]];
                lags.Add(new Documents.PartitionLag(
                    offset.Topic, offset.Partition, offset.StartOffset, end, offset.Lag, members.Length == 0 ? null : string.Join(", ", members)));
            }
        }

        return lags;
    }

    private static async Task<Dictionary<int, long>> EndsAsync(AdminClient admin, string topic, int[] partitions, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<PartitionOffset> ends = await admin.ListOffsetsAsync(topic, OffsetQuery.Latest, partitions, cancellationToken: cancellationToken).ConfigureAwait(false);
            return ends.ToDictionary(end => end.Partition, end => end.Offset);
        }
        catch (KafkaException exception) when (exception.Error is ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidPartitions)
        {
            return []; // Deleted: what was committed stays to be seen, and has no end to be behind.
        }
    }

    private static void Write(CommandContext context, GroupDescription group, List<Documents.PartitionLag> lags)
    {
        if (lags.Count == 0)
        {
            context.Note($"Group {group.Id} has committed nothing, and no member reads a partition.");
            return;
        }

        var table = new TextTable("Topic", ">Partition", ">Committed", ">End", ">Lag", "Member");
        foreach (Documents.PartitionLag lag in lags)
        {
            table.Add(
                lag.Topic,
                lag.Partition.ToString(CultureInfo.InvariantCulture),
                Amounts.OffsetOrDash(lag.CommittedOffset ?? -1),
                Amounts.OffsetOrDash(lag.EndOffset ?? -1),
                lag.Lag is { } behind ? Amounts.Count(behind) : "-",
                lag.Member ?? "-");
        }

        context.Write(table);
        context.WriteLine($"{Amounts.Count(lags.Sum(lag => lag.Lag ?? 0), "record")} behind in {Amounts.Count(lags.Count, "partition")}; the group is {group.State}.");
    }
}
