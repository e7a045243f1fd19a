namespace Sluice.Differential.Peers;

/// <summary>Broker settings that both peers are started with.</summary>
internal static class EquivalentSettings
{
    /// <summary>Static settings of both peers; everything else keeps the default.</summary>
    public static IReadOnlyList<(string Name, string Value)> All { get; } =
    [
        // Not the default, so that it shows where it is used.
        ("num.partitions", "2"),

        // A group's first member is answered at once, so that a script need not wait.
        ("group.initial.rebalance.delay.ms", "0"),

        // Nor need it wait for the next assignment.
        ("group.consumer.assignment.interval.ms", "0"), ("group.share.assignment.interval.ms", "0"),
    ];

    /// <summary>Settings of the two peers, beside all others, that remove and compact as soon as they can.</summary>
    public static IReadOnlyList<(string Name, string Value)> Restless { get; } =
    [
        ("log.initial.task.delay.ms", "0"), ("log.retention.check.interval.ms", "100"), ("log.cleaner.backoff.ms", "100"),
        ("log.cleaner.dedupe.buffer.size", "8388608"),
    ];

    /// <summary>Stands for the peer's own folder in the value of a setting.</summary>
    public const string Folder = "{folder}";

    /// <summary>Settings of the two peers with two log directories.</summary>
    public static IReadOnlyList<(string Name, string Value)> TwoLogFolders { get; } = [("log.dirs", $"{Folder}/logs,{Folder}/second")];

    /// <summary>Settings of the two peers with ACLs. Until there are some, everything is open; Kafka is a client of its own, without a name.</summary>
    public static IReadOnlyList<(string Name, string Value)> Guarded { get; } =
    [
        ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"), ("allow.everyone.if.no.acl.found", "true"),
    ];

    /// <summary>Settings that one of the peers needs in order to start at all. What DescribeConfigs says of them is not compared.</summary>
    public static IReadOnlySet<string> NotCompared { get; } = new HashSet<string>
    {
        "process.roles", "node.id", "broker.id", "controller.quorum.bootstrap.servers", "controller.quorum.voters", "listeners",
        "advertised.listeners", "listener.security.protocol.map", "controller.listener.names", "inter.broker.listener.name", "log.dirs", "log.dir",
        "offsets.topic.replication.factor", "transaction.state.log.replication.factor", "transaction.state.log.min.isr",
        "share.coordinator.state.topic.replication.factor", "share.coordinator.state.topic.min.isr", "group.initial.rebalance.delay.ms",
    };
}
