using Sluice.Broker.Coordinators.Groups.Share.Assignors;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>The settings of the membership of share groups: the broker's, read once, and those that a group may have of its own, read at each use.</summary>
internal sealed class ShareGroupSettings
{
    private readonly BoundedGroupSetting _heartbeatIntervalMs;
    private readonly BoundedGroupSetting _sessionTimeoutMs;
    private readonly BoundedGroupSetting _assignmentIntervalMs;

    /// <summary>Reads the broker's settings.</summary>
    /// <param name="broker">As the broker was started.</param>
    /// <param name="groupSettings">The settings of a group now, by its id.</param>
    /// <exception cref="BrokerStartException">An assignor is named that there is not.</exception>
    public ShareGroupSettings(BrokerSettings broker, Func<string, GroupSettings> groupSettings)
    {
        MembersMax = broker.GetInt(BrokerConfigKeys.GroupShareMaxSize);
        InitializeRetryIntervalMs = broker.GetInt(BrokerConfigKeys.GroupShareInitializeRetryIntervalMs);
        foreach (string name in broker.GetList(BrokerConfigKeys.GroupShareAssignors))
        {
            if (!SimpleAssignor.IsNamed(name)) throw new BrokerStartException($"{BrokerConfigKeys.GroupShareAssignors.Name} names {name}; there is {SimpleAssignor.Name}");
        }
        _heartbeatIntervalMs = Bounded(
            GroupConfigKeys.ShareHeartbeatIntervalMs, BrokerConfigKeys.GroupShareMinHeartbeatIntervalMs, BrokerConfigKeys.GroupShareMaxHeartbeatIntervalMs);
        _sessionTimeoutMs = Bounded(
            GroupConfigKeys.ShareSessionTimeoutMs, BrokerConfigKeys.GroupShareMinSessionTimeoutMs, BrokerConfigKeys.GroupShareMaxSessionTimeoutMs);
        _assignmentIntervalMs = Bounded(
            GroupConfigKeys.ShareAssignmentIntervalMs, BrokerConfigKeys.GroupShareMinAssignmentIntervalMs, BrokerConfigKeys.GroupShareMaxAssignmentIntervalMs);

        BoundedGroupSetting Bounded(ConfigKey key, ConfigKey min, ConfigKey max) => new(broker, groupSettings, key, min, max);
    }

    /// <summary><c>group.share.max.size</c>.</summary>
    public int MembersMax { get; }

    /// <summary><c>group.share.initialize.retry.interval.ms</c>.</summary>
    public int InitializeRetryIntervalMs { get; }

    /// <summary>What a group's members are told, within the broker's bounds.</summary>
    public int HeartbeatIntervalMs(string groupId) => _heartbeatIntervalMs.Of(groupId);

    /// <summary>Time after which a group's silent members are removed, within the broker's bounds.</summary>
    public int SessionTimeoutMs(string groupId) => _sessionTimeoutMs.Of(groupId);

    /// <summary>Shortest time between two target assignments of a group, within the broker's bounds; 0 = none.</summary>
    public int AssignmentIntervalMs(string groupId) => _assignmentIntervalMs.Of(groupId);
}
