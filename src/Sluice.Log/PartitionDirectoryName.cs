using System.Globalization;

namespace Sluice.Log;

/// <summary>Names of partition directories: <c>topic-partition</c>, with a suffix while one is on its way out or in.</summary>
internal static class PartitionDirectoryName
{
    public const string DeleteSuffix = "-delete";
    public const string FutureSuffix = "-future";
    public const string StraySuffix = "-stray";

    private const int NameCharsMax = 255;

    /// <summary>Splits a name at its last dash; the topic may hold any number of them.</summary>
    /// <returns>False if the name is not one of a partition.</returns>
    public static bool TryParse(string name, out TopicPartition topicPartition, out PartitionDirectoryKind kind)
    {
        topicPartition = default;
        kind = KindOf(name);
        if (kind != PartitionDirectoryKind.Live)
        {
            int dotIndex = name.LastIndexOf('.');
            if (dotIndex < 0)
            {
                return false;
            }

            name = name[..dotIndex];
        }

        int dashIndex = name.LastIndexOf('-');
        if (dashIndex <= 0
            || !int.TryParse(name.AsSpan(dashIndex + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int partition))
        {
            return false;
        }

        topicPartition = new TopicPartition(name[..dashIndex], partition);
        return true;
    }

    /// <summary>Name that marks a directory for removal, unique and at most 255 characters.</summary>
    public static string ForDeletion(TopicPartition topicPartition, Guid unique) => WithSuffix(topicPartition, unique, DeleteSuffix);

    /// <summary>Name of a copy that is being made in another log directory. Not cut, unlike the others: from it the partition is known again.</summary>
    /// <returns>Null if the name would be longer than file systems allow.</returns>
    public static string? ForFuture(TopicPartition topicPartition, Guid unique)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{topicPartition}.{unique:N}{FutureSuffix}");
        return name.Length <= NameCharsMax ? name : null;
    }

    /// <summary>Name that sets aside a directory which the cluster does not know of; never removed by itself.</summary>
    public static string ForStray(TopicPartition topicPartition, Guid unique) => WithSuffix(topicPartition, unique, StraySuffix);

    private static string WithSuffix(TopicPartition topicPartition, Guid unique, string suffix)
    {
        string end = string.Create(CultureInfo.InvariantCulture, $"-{topicPartition.Partition}.{unique:N}{suffix}");
        string topic = topicPartition.Topic;
        return topic[..Math.Min(topic.Length, NameCharsMax - end.Length)] + end;
    }

    // The suffix alone does not make the kind: "orders-delete" is no partition, and a topic may be called "a.b-delete-0".
    private static PartitionDirectoryKind KindOf(string name)
    {
        if (!name.Contains('.', StringComparison.Ordinal))
        {
            return PartitionDirectoryKind.Live;
        }

        return name.EndsWith(DeleteSuffix, StringComparison.Ordinal) ? PartitionDirectoryKind.Delete
            : name.EndsWith(FutureSuffix, StringComparison.Ordinal) ? PartitionDirectoryKind.Future
            : name.EndsWith(StraySuffix, StringComparison.Ordinal) ? PartitionDirectoryKind.Stray
            : PartitionDirectoryKind.Live;
    }
}
