using System.Xml;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Sharing;

/// <summary>The settings of share partitions: the broker's, read once, and those that a group may have of its own, read at each use.</summary>
internal sealed class ShareSettings
{
    private readonly Func<string, GroupSettings> _groupSettings;
    private readonly BoundedGroupSetting _lockDurationMs;
    private readonly BoundedGroupSetting _deliveryCountLimit;
    private readonly BoundedGroupSetting _recordLocksMax;

    /// <summary>Reads the broker's settings.</summary>
    /// <param name="broker">As the broker was started.</param>
    /// <param name="groupSettings">The settings of a group now, by its id.</param>
    public ShareSettings(BrokerSettings broker, Func<string, GroupSettings> groupSettings)
    {
        _groupSettings = groupSettings;
        SessionsMax = broker.GetInt(BrokerConfigKeys.GroupShareMaxShareSessions);
        _lockDurationMs = Bounded(
            GroupConfigKeys.ShareRecordLockDurationMs, BrokerConfigKeys.GroupShareMinRecordLockDurationMs, BrokerConfigKeys.GroupShareMaxRecordLockDurationMs);
        _deliveryCountLimit = Bounded(
            GroupConfigKeys.ShareDeliveryCountLimit, BrokerConfigKeys.GroupShareMinDeliveryCountLimit, BrokerConfigKeys.GroupShareMaxDeliveryCountLimit);
        _recordLocksMax = Bounded(
            GroupConfigKeys.SharePartitionMaxRecordLocks, BrokerConfigKeys.GroupShareMinPartitionMaxRecordLocks, BrokerConfigKeys.GroupShareMaxPartitionMaxRecordLocks);

        BoundedGroupSetting Bounded(ConfigKey key, ConfigKey min, ConfigKey max) => new(broker, groupSettings, key, min, max);
    }

    /// <summary><c>group.share.max.share.sessions</c>.</summary>
    public int SessionsMax { get; }

    /// <summary>How long a member may keep a record, within the broker's bounds.</summary>
    public int LockDurationMs(string groupId) => _lockDurationMs.Of(groupId);

    /// <summary>How often a record is given out at most, within the broker's bounds.</summary>
    public int DeliveryCountLimit(string groupId) => _deliveryCountLimit.Of(groupId);

    /// <summary>Offsets in flight from which on nothing new is given out, within the broker's bounds.</summary>
    public int RecordLocksMax(string groupId) => _recordLocksMax.Of(groupId);

    /// <summary>Whether records of open and aborted transactions are kept from the group.</summary>
    public bool IsReadCommitted(string groupId) => _groupSettings(groupId).GetString(GroupConfigKeys.ShareIsolationLevel) == "read_committed";

    /// <summary>Whether members may renew their locks.</summary>
    public bool MayRenew(string groupId) => _groupSettings(groupId).GetBoolean(GroupConfigKeys.ShareRenewAcknowledgeEnable);

    /// <summary>Where a group begins on a partition that it has not read.</summary>
    public ShareOffsetReset OffsetReset(string groupId)
    {
        string text = _groupSettings(groupId).GetString(GroupConfigKeys.ShareAutoOffsetReset)!;
        return text switch
        {
            "latest" => new ShareOffsetReset(ShareOffsetResetKind.Latest, TimeSpan.Zero),
            "earliest" => new ShareOffsetReset(ShareOffsetResetKind.Earliest, TimeSpan.Zero),
            _ => new ShareOffsetReset(ShareOffsetResetKind.ByDuration, XmlConvert.ToTimeSpan(text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..])),
        };
    }
}
