using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli;

/// <summary>Finds topics, and suggests one where there is none of that name.</summary>
internal static class TopicLookup
{
    /// <summary>The topic as it is now.</summary>
    /// <exception cref="CommandException">There is none; the message names a similar one if there is.</exception>
    internal static async Task<TopicMetadata> RequireAsync(CommandContext context, string name, CancellationToken cancellationToken)
    {
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await admin.DescribeTopicAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception) when (exception.Error is ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidTopicException)
        {
            IReadOnlyList<TopicMetadata> topics = await admin.ListTopicsAsync(includeInternal: true, cancellationToken).ConfigureAwait(false);
            string? near = NearMiss.Find(name, topics.Select(topic => topic.Name));
            throw new CommandException(near is null
                ? $"there is no topic '{name}'. Create it with: sluice topic create {name}"
                : $"there is no topic '{name}'. Did you mean '{near}'?");
        }
    }

    /// <summary>The partitions that were asked for, or all of them.</summary>
    /// <exception cref="CommandException">One of them does not exist.</exception>
    internal static IReadOnlyList<int> Partitions(TopicMetadata topic, IReadOnlyList<int>? wanted)
    {
        if (wanted is null || wanted.Count == 0) return [.. topic.Partitions.Select(partition => partition.Index)];
        foreach (int index in wanted)
        {
            if (topic.Find(index) is not null) continue;
            string has = topic.Partitions.Count == 1 ? "only partition 0" : $"partitions 0 to {topic.Partitions.Count - 1}";
            throw new CommandException($"topic '{topic.Name}' has {has}; there is no partition {index}");
        }

        return wanted;
    }
}
