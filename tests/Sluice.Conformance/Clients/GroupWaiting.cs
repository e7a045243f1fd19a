using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Sluice.Conformance.Clients;

/// <summary>What tests of groups wait for, whichever protocol their members speak.</summary>
public static class GroupWaiting
{
    /// <summary>Partitions of the topics that they read.</summary>
    public const int PartitionsCount = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Makes a topic of <see cref="PartitionsCount"/> partitions.</summary>
    public static async Task CreateTopicAsync(string bootstrapServers, string name)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = PartitionsCount, ReplicationFactor = 1 }]);
    }

    /// <summary>Whether every member has partitions, and every partition one of them.</summary>
    public static bool IsShared(IReadOnlyList<GroupMember> members) =>
        members.All(static member => member.Partitions.Count > 0) && members.SelectMany(static member => member.Partitions).Order().SequenceEqual(Enumerable.Range(0, PartitionsCount));

    /// <summary>Waits for what comes by itself.</summary>
    public static async Task Until(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition()) await Task.Delay(20, cancellationToken);
    }

    /// <summary>Ends a test that waits in vain.</summary>
    public static CancellationTokenSource Deadline()
    {
        CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        return deadline;
    }
}
