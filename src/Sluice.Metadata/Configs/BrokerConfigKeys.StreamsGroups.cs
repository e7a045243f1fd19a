using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Streams groups.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey GroupStreamsAssignmentIntervalMs = Declare.Int("group.streams.assignment.interval.ms", 1000, AtLeast(0), Medium,
        ClusterWide, Honoured,
        "Shortest time between two target assignments of a group.");
    public static readonly ConfigKey GroupStreamsMinAssignmentIntervalMs = Declare.Int("group.streams.min.assignment.interval.ms", 0, AtLeast(0), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupStreamsMaxAssignmentIntervalMs = Declare.Int("group.streams.max.assignment.interval.ms", 15000, AtLeast(0), Medium,
        ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupStreamsHeartbeatIntervalMs = Declare.Int("group.streams.heartbeat.interval.ms", 5000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Heartbeat interval told to members.");
    public static readonly ConfigKey GroupStreamsMinHeartbeatIntervalMs = Declare.Int("group.streams.min.heartbeat.interval.ms", 5000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupStreamsMaxHeartbeatIntervalMs = Declare.Int("group.streams.max.heartbeat.interval.ms", 15000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupStreamsSessionTimeoutMs = Declare.Int("group.streams.session.timeout.ms", 45000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Time without heartbeat after which a member is removed.");
    public static readonly ConfigKey GroupStreamsMinSessionTimeoutMs = Declare.Int("group.streams.min.session.timeout.ms", 45000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupStreamsMaxSessionTimeoutMs = Declare.Int("group.streams.max.session.timeout.ms", 60000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupStreamsInitialRebalanceDelayMs = Declare.Int("group.streams.initial.rebalance.delay.ms", 3000, AtLeast(0), Medium,
        ReadOnly, Honoured,
        "Time that a new group waits for more members.");
    public static readonly ConfigKey GroupStreamsNumStandbyReplicas = Declare.Int("group.streams.num.standby.replicas", 0, AtLeast(0), Medium, ReadOnly,
        Honoured,
        "Standby copies of each task.");
    public static readonly ConfigKey GroupStreamsMaxStandbyReplicas = Declare.Int("group.streams.max.standby.replicas", 2, AtLeast(0), Medium, ReadOnly,
        Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupStreamsMaxSize = Declare.Int("group.streams.max.size", int.MaxValue, AtLeast(1), Medium, ReadOnly, Honoured,
        "Most members of a streams group.");
}
