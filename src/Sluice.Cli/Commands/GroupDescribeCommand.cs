using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice group describe</c>.</summary>
internal static class GroupDescribeCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> id = GroupLookup.Argument();
        var command = new SluiceCommand("describe", "Show a group's state, its members, and which partitions or tasks each of them has.", "sluice group describe billing") { id };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            GroupDescription group = await GroupLookup.RequireAsync(context, context.ParseResult.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
            if (context.IsJson) context.WriteJson(ToDocument(group), CliJson.Default.GroupDescription);
            else Write(context, group);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Documents.GroupDescription ToDocument(GroupDescription group) => new(
        group.Id,
        group.Type,
        group.State,
        group.Assignor.Length == 0 ? null : group.Assignor,
        group.Epoch,
        group.CoordinatorId,
        [.. group.Members.Select(member => new Documents.GroupMember(
            member.Id,
            member.InstanceId,
            member.ClientId,
            member.Host,
            member.Epoch,
            [.. member.Partitions.Select(partition => new Documents.TopicPartition(partition.Topic, partition.Partition))],
            IsStreams(group) ? TaskNames(member.ActiveTasks) : null,
            IsStreams(group) ? TaskNames(member.StandbyTasks) : null))],
        IsStreams(group)
            ? [.. group.Subtopologies.Select(part => new Documents.Subtopology(part.Id, part.SourceTopics, part.RepartitionSourceTopics, part.RepartitionSinkTopics, part.ChangelogTopics))]
            : null);

    private static void Write(CommandContext context, GroupDescription group)
    {
        context.WriteHeading(group.Id);
        context.WriteLine($"{group.Type} group, {group.State}, coordinated by broker {group.CoordinatorId}"
            + (group.Epoch is { } epoch ? $", epoch {epoch.ToString(CultureInfo.InvariantCulture)}" : "")
            + (group.Assignor.Length == 0 ? "" : $", assignor {group.Assignor}"));
        if (IsStreams(group)) WriteTopology(context, group);
        if (group.Members.Count == 0)
        {
            context.WriteLine("It has no members.");
            return;
        }

        context.WriteLine();
        if (IsStreams(group))
        {
            WriteTasks(context, group);
            return;
        }

        var table = new TextTable("Member", "Instance", "Client", "Host", ">Partitions", "Assigned");
        foreach (GroupMember member in group.Members)
        {
            table.Add(
                member.Id,
                member.InstanceId ?? "-",
                member.ClientId,
                member.Host,
                Amounts.Count(member.Partitions.Count),
                string.Join("; ", member.Partitions.GroupBy(partition => partition.Topic).Select(topic => $"{topic.Key}: {Ranges([.. topic.Select(partition => partition.Partition)])}")));
        }

        context.Write(table);
    }

    private static void WriteTopology(CommandContext context, GroupDescription group)
    {
        context.WriteLine();
        var table = new TextTable("Subtopology", "Reads", "Keeps state in", "Writes for others");
        foreach (StreamsSubtopology part in group.Subtopologies)
            table.Add(part.Id, Names([.. part.SourceTopics, .. part.RepartitionSourceTopics]), Names(part.ChangelogTopics), Names(part.RepartitionSinkTopics));
        context.Write(table);
    }

    private static void WriteTasks(CommandContext context, GroupDescription group)
    {
        var table = new TextTable("Member", "Client", "Host", ">Epoch", "Active tasks", "Standby tasks");
        foreach (GroupMember member in group.Members)
            table.Add(member.Id, member.ClientId, member.Host, $"{member.Epoch}", Names(TaskNames(member.ActiveTasks)), Names(TaskNames(member.StandbyTasks)));
        context.Write(table);
    }

    private static bool IsStreams(GroupDescription group) => group.Type == GroupDescription.StreamsType;

    // As Kafka Streams itself writes them in its log.
    private static string[] TaskNames(IReadOnlyList<(string Subtopology, int Partition)> tasks) => [.. tasks.Select(task => $"{task.Subtopology}_{task.Partition.ToString(CultureInfo.InvariantCulture)}")];

    private static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "-" : string.Join(", ", names);

    /// <summary>0-3, 5: ascending numbers with runs drawn together.</summary>
    internal static string Ranges(IReadOnlyList<int> ascending)
    {
        List<string> parts = [];
        for (int start = 0; start < ascending.Count;)
        {
            int end = start;
            while (end + 1 < ascending.Count && ascending[end + 1] == ascending[end] + 1) end++;
            parts.Add(end == start ? $"{ascending[start]}" : $"{ascending[start]}-{ascending[end]}");
            start = end + 1;
        }

        return string.Join(", ", parts);
    }
}
