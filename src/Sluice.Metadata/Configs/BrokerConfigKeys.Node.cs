using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Who the node is, and what it does for topics.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey NodeId = Declare.Int("node.id", null, AtLeast(0), High, ReadOnly, Honoured,
        "Id of this node in the cluster, shown to clients as the broker id. Unset: broker.id if that is set, else 1.");
    public static readonly ConfigKey BrokerId = Declare.Int("broker.id", -1, Any, High, ReadOnly, Honoured,
        "Older name of node.id. If both are set they must be equal.");
    public static readonly ConfigKey ProcessRoles = Declare.List("process.roles", null, NonEmptyListOf("broker", "controller"), High, ReadOnly, SingleNode,
        "Roles of a KRaft node. This node is always broker and controller in one.");
    public static readonly ConfigKey BrokerRack = Declare.Text("broker.rack", null, Any, Medium, ReadOnly, Honoured,
        "Rack or zone of this broker, told to clients.");
    public static readonly ConfigKey AutoCreateTopicsEnable = Declare.Boolean("auto.create.topics.enable", true, High, ReadOnly, Honoured,
        "Whether a topic is created when a client that allows it asks for metadata of one that does not exist.");
    public static readonly ConfigKey DeleteTopicEnable = Declare.Boolean("delete.topic.enable", true, High, ReadOnly, Honoured,
        "Whether clients may delete topics.");
    public static readonly ConfigKey NumPartitions = Declare.Int("num.partitions", 1, AtLeast(1), Medium, ReadOnly, Honoured,
        "Partitions of a topic that is created without a count.");
    public static readonly ConfigKey DefaultReplicationFactor = Declare.Int("default.replication.factor", 1, Any, Medium, ReadOnly, Honoured,
        "Replicas of a topic that is created without a number. One node can hold one.");
    public static readonly ConfigKey CreateTopicPolicyClassName = Declare.Class("create.topic.policy.class.name", null, Low, ReadOnly, Plugins,
        "Class that may veto the creation of topics.");
    public static readonly ConfigKey AlterConfigPolicyClassName = Declare.Class("alter.config.policy.class.name", null, Low, ReadOnly, Plugins,
        "Class that may veto changes of settings.");
    public static readonly ConfigKey ConfigProviders = Declare.List("config.providers", "", AnyList, Low, ClusterWide, IndirectValues,
        "Providers of indirect values written as ${provider:path:key}.");
    public static readonly ConfigKey MaxRequestPartitionSizeLimit = Declare.Int("max.request.partition.size.limit", 2000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Most partitions that one DescribeTopicPartitions answer lists.");
    public static readonly ConfigKey BackgroundThreads = Declare.Int("background.threads", 10, AtLeast(1), High, ClusterWide, Threads,
        "Threads for background work.");
    public static readonly ConfigKey NumIoThreads = Declare.Int("num.io.threads", 8, AtLeast(1), High, ClusterWide, Threads,
        "Threads that handle requests.");
    public static readonly ConfigKey NumNetworkThreads = Declare.Int("num.network.threads", 3, AtLeast(1), High, ClusterWide, Threads,
        "Threads per listener that serve sockets.");
    public static readonly ConfigKey ControlledShutdownEnable = Declare.Boolean("controlled.shutdown.enable", true, Medium, ReadOnly, SingleNode,
        "Whether leadership is moved away before this broker stops.");
    public static readonly ConfigKey ServerMaxStartupTimeMs = Declare.Long("server.max.startup.time.ms", long.MaxValue, AtLeast(0), Medium, ReadOnly,
        SingleNode,
        "Longest time that a start may wait for the controllers.", hidden: true);
    public static readonly ConfigKey UnstableApiVersionsEnable = Declare.Boolean("unstable.api.versions.enable", false, High, ReadOnly, Unstable,
        "Offers request versions that are still under development.", hidden: true);
    public static readonly ConfigKey UnstableFeatureVersionsEnable = Declare.Boolean("unstable.feature.versions.enable", false, High, ReadOnly, Unstable,
        "Offers feature levels that are still under development.", hidden: true);
}
