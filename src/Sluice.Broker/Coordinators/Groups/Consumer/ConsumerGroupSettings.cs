using Sluice.Broker.Coordinators.Groups.Consumer.Assignors;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>The settings of consumer groups: the broker's, read once, and those that a group may have of its own, read at each use.</summary>
internal sealed class ConsumerGroupSettings
{
    private readonly IConsumerAssignor[] _assignors;
    private readonly Func<string, GroupSettings> _groupSettings;
    private readonly (int Min, int Max) _heartbeatIntervalMs;
    private readonly (int Min, int Max) _sessionTimeoutMs;
    private readonly (int Min, int Max) _assignmentIntervalMs;

    /// <summary>Reads the broker's settings.</summary>
    /// <param name="broker">As the broker was started.</param>
    /// <param name="groupSettings">The settings of a group now, by its id.</param>
    /// <exception cref="BrokerStartException">An assignor is named that there is not.</exception>
    public ConsumerGroupSettings(BrokerSettings broker, Func<string, GroupSettings> groupSettings)
    {
        _groupSettings = groupSettings;
        IsServed = broker.GetList(BrokerConfigKeys.GroupCoordinatorRebalanceProtocols).Contains("consumer");
        MembersMax = broker.GetInt(BrokerConfigKeys.GroupConsumerMaxSize);
        RegexRefreshIntervalMs = broker.GetInt(BrokerConfigKeys.GroupConsumerRegexRefreshIntervalMs);
        Migration = Enum.Parse<MigrationPolicy>(broker.GetString(BrokerConfigKeys.GroupConsumerMigrationPolicy)!, ignoreCase: true);
        _assignors =
        [
            .. broker.GetList(BrokerConfigKeys.GroupConsumerAssignors).Select(static name => ConsumerAssignors.Find(name)
                ?? throw new BrokerStartException($"{BrokerConfigKeys.GroupConsumerAssignors.Name} names {name}; there are uniform and range")),
        ];
        _heartbeatIntervalMs = Bounds(BrokerConfigKeys.GroupConsumerMinHeartbeatIntervalMs, BrokerConfigKeys.GroupConsumerMaxHeartbeatIntervalMs);
        _sessionTimeoutMs = Bounds(BrokerConfigKeys.GroupConsumerMinSessionTimeoutMs, BrokerConfigKeys.GroupConsumerMaxSessionTimeoutMs);
        _assignmentIntervalMs = Bounds(BrokerConfigKeys.GroupConsumerMinAssignmentIntervalMs, BrokerConfigKeys.GroupConsumerMaxAssignmentIntervalMs);

        (int, int) Bounds(ConfigKey min, ConfigKey max) => (broker.GetInt(min), Math.Max(broker.GetInt(min), broker.GetInt(max)));
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
    public int HeartbeatIntervalMs(string groupId) => Read(groupId, GroupConfigKeys.ConsumerHeartbeatIntervalMs, _heartbeatIntervalMs);

    /// <summary>Time after which a group's silent members are removed, within the broker's bounds.</summary>
    public int SessionTimeoutMs(string groupId) => Read(groupId, GroupConfigKeys.ConsumerSessionTimeoutMs, _sessionTimeoutMs);

    /// <summary>Shortest time between two target assignments of a group, within the broker's bounds; 0 = none.</summary>
    public int AssignmentIntervalMs(string groupId) => Read(groupId, GroupConfigKeys.ConsumerAssignmentIntervalMs, _assignmentIntervalMs);

    // The bounds are for what groups ask for: what the broker itself was given counts as it is.
    private int Read(string groupId, ConfigKey key, (int Min, int Max) bounds)
    {
        GroupSettings settings = _groupSettings(groupId);
        int value = settings.GetInt(key);
        return settings.SourceOf(key) == ConfigSource.Group ? Math.Clamp(value, bounds.Min, bounds.Max) : value;
    }
}
