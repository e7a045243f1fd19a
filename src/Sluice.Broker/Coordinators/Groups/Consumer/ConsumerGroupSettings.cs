using Sluice.Broker.Coordinators.Groups.Consumer.Assignors;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>The settings of consumer groups: the broker's, read once, and those that a group may have of its own, read at each use.</summary>
internal sealed class ConsumerGroupSettings
{
    private readonly IConsumerAssignor[] _assignors;
    private readonly BoundedGroupSetting _heartbeatIntervalMs;
    private readonly BoundedGroupSetting _sessionTimeoutMs;
    private readonly BoundedGroupSetting _assignmentIntervalMs;

    /// <summary>Reads the broker's settings.</summary>
    /// <param name="broker">As the broker was started.</param>
    /// <param name="groupSettings">The settings of a group now, by its id.</param>
    /// <exception cref="BrokerStartException">An assignor is named that there is not.</exception>
    public ConsumerGroupSettings(BrokerSettings broker, Func<string, GroupSettings> groupSettings)
    {
        IsServed = broker.GetList(BrokerConfigKeys.GroupCoordinatorRebalanceProtocols).Contains("consumer");
        MembersMax = broker.GetInt(BrokerConfigKeys.GroupConsumerMaxSize);
        RegexRefreshIntervalMs = broker.GetInt(BrokerConfigKeys.GroupConsumerRegexRefreshIntervalMs);
        Migration = Enum.Parse<MigrationPolicy>(broker.GetString(BrokerConfigKeys.GroupConsumerMigrationPolicy)!, ignoreCase: true);
        _assignors =
        [
            .. broker.GetList(BrokerConfigKeys.GroupConsumerAssignors).Select(static name => ConsumerAssignors.Find(name)
                ?? throw new BrokerStartException($"{BrokerConfigKeys.GroupConsumerAssignors.Name} names {name}; there are uniform and range")),
        ];
        _heartbeatIntervalMs = Bounded(
            GroupConfigKeys.ConsumerHeartbeatIntervalMs, BrokerConfigKeys.GroupConsumerMinHeartbeatIntervalMs, BrokerConfigKeys.GroupConsumerMaxHeartbeatIntervalMs);
        _sessionTimeoutMs = Bounded(
            GroupConfigKeys.ConsumerSessionTimeoutMs, BrokerConfigKeys.GroupConsumerMinSessionTimeoutMs, BrokerConfigKeys.GroupConsumerMaxSessionTimeoutMs);
        _assignmentIntervalMs = Bounded(
            GroupConfigKeys.ConsumerAssignmentIntervalMs, BrokerConfigKeys.GroupConsumerMinAssignmentIntervalMs, BrokerConfigKeys.GroupConsumerMaxAssignmentIntervalMs);

        BoundedGroupSetting Bounded(ConfigKey key, ConfigKey min, ConfigKey max) => new(broker, groupSettings, key, min, max);
    }

    /// <summary>Whether <c>group.coordinator.rebalance.protocols</c> has <c>consumer</c>.</summary>
    public bool IsServed { get; }

    /// <summary><c>group.consumer.max.size</c>.</summary>
    public int MembersMax { get; }

    /// <summary><c>group.consumer.regex.refresh.interval.ms</c>.</summary>
    public int RegexRefreshIntervalMs { get; }

    /// <summary><c>group.consumer.migration.policy</c>.</summary>
    public MigrationPolicy Migration { get; }

    /// <summary><c>group.consumer.assignors</c>, by their own names.</summary>
    public IEnumerable<string> AssignorNames => _assignors.Select(static assignor => assignor.Name);

    /// <summary>The assignor for members that do not ask for one.</summary>
    public IConsumerAssignor DefaultAssignor => _assignors[0];

    /// <summary>Finds an assignor; null if it is not among <c>group.consumer.assignors</c>.</summary>
    public IConsumerAssignor? FindAssignor(string name) => Array.Find(_assignors, assignor => assignor.Name == name);

    /// <summary>What a group's members are told, within the broker's bounds.</summary>
    public int HeartbeatIntervalMs(string groupId) => _heartbeatIntervalMs.Of(groupId);

    /// <summary>Time after which a group's silent members are removed, within the broker's bounds.</summary>
    public int SessionTimeoutMs(string groupId) => _sessionTimeoutMs.Of(groupId);

    /// <summary>Shortest time between two target assignments of a group, within the broker's bounds; 0 = none.</summary>
    public int AssignmentIntervalMs(string groupId) => _assignmentIntervalMs.Of(groupId);
}
