using Sluice.Metadata.Configs;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>The settings of streams groups: the broker's, read once, and those that a group may have of its own, read at each use.</summary>
internal sealed class StreamsGroupSettings
{
    private readonly Func<string, GroupSettings> _groupSettings;
    private readonly BoundedGroupSetting _heartbeatIntervalMs;
    private readonly BoundedGroupSetting _sessionTimeoutMs;
    private readonly BoundedGroupSetting _assignmentIntervalMs;
    private readonly int _standbyReplicasMax;

    /// <summary>Reads the broker's settings.</summary>
    /// <param name="broker">As the broker was started.</param>
    /// <param name="groupSettings">The settings of a group now, by its id.</param>
    public StreamsGroupSettings(BrokerSettings broker, Func<string, GroupSettings> groupSettings)
    {
        IsServed = broker.GetList(BrokerConfigKeys.GroupCoordinatorRebalanceProtocols).Contains("streams");
        MembersMax = broker.GetInt(BrokerConfigKeys.GroupStreamsMaxSize);
        _groupSettings = groupSettings;
        _standbyReplicasMax = broker.GetInt(BrokerConfigKeys.GroupStreamsMaxStandbyReplicas);
        _heartbeatIntervalMs = Bounded(
            GroupConfigKeys.StreamsHeartbeatIntervalMs, BrokerConfigKeys.GroupStreamsMinHeartbeatIntervalMs, BrokerConfigKeys.GroupStreamsMaxHeartbeatIntervalMs);
        _sessionTimeoutMs = Bounded(
            GroupConfigKeys.StreamsSessionTimeoutMs, BrokerConfigKeys.GroupStreamsMinSessionTimeoutMs, BrokerConfigKeys.GroupStreamsMaxSessionTimeoutMs);
        _assignmentIntervalMs = Bounded(
            GroupConfigKeys.StreamsAssignmentIntervalMs, BrokerConfigKeys.GroupStreamsMinAssignmentIntervalMs, BrokerConfigKeys.GroupStreamsMaxAssignmentIntervalMs);

        BoundedGroupSetting Bounded(ConfigKey key, ConfigKey min, ConfigKey max) => new(broker, groupSettings, key, min, max);
    }

    /// <summary>Whether <c>group.coordinator.rebalance.protocols</c> has <c>streams</c>.</summary>
    public bool IsServed { get; }

    /// <summary><c>group.streams.max.size</c>.</summary>
    public int MembersMax { get; }

    /// <summary>What a group's members are told, within the broker's bounds.</summary>
    public int HeartbeatIntervalMs(string groupId) => _heartbeatIntervalMs.Of(groupId);

    /// <summary>Time after which a group's silent members are removed, within the broker's bounds.</summary>
    public int SessionTimeoutMs(string groupId) => _sessionTimeoutMs.Of(groupId);

    /// <summary>Shortest time between two target assignments of a group, within the broker's bounds; 0 = none.</summary>
    public int AssignmentIntervalMs(string groupId) => _assignmentIntervalMs.Of(groupId);

    /// <summary>Time for which a group that was empty waits for more members before it assigns; 0 = none.</summary>
    public int InitialRebalanceDelayMs(string groupId) => _groupSettings(groupId).GetInt(GroupConfigKeys.StreamsInitialRebalanceDelayMs);

    /// <summary>Standby copies of each task that has state, at most <c>group.streams.max.standby.replicas</c> where the group asks for them.</summary>
    public int StandbyReplicas(string groupId)
    {
        GroupSettings settings = _groupSettings(groupId);
        int count = settings.GetInt(GroupConfigKeys.StreamsNumStandbyReplicas);
        return settings.SourceOf(GroupConfigKeys.StreamsNumStandbyReplicas) == ConfigSource.Group ? Math.Min(count, _standbyReplicasMax) : count;
    }
}
