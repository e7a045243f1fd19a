using Sluice.Metadata.Configs;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>A number that groups may set for themselves, within bounds that the broker sets.</summary>
/// <remarks>Any thread. A group's own setting is read at each use, the bounds once.</remarks>
internal sealed class BoundedGroupSetting
{
    private readonly ConfigKey _key;
    private readonly Func<string, GroupSettings> _groupSettings;
    private readonly int _min;
    private readonly int _max;

    /// <summary>Reads the bounds.</summary>
    /// <param name="broker">As the broker was started.</param>
    /// <param name="groupSettings">The settings of a group now, by its id.</param>
    /// <param name="key">The group's setting.</param>
    /// <param name="minKey">The broker's lower bound.</param>
    /// <param name="maxKey">The broker's upper bound; the lower one counts where it is above this.</param>
    public BoundedGroupSetting(BrokerSettings broker, Func<string, GroupSettings> groupSettings, ConfigKey key, ConfigKey minKey, ConfigKey maxKey)
    {
        _key = key;
        _groupSettings = groupSettings;
        _min = broker.GetInt(minKey);
        _max = Math.Max(_min, broker.GetInt(maxKey));
    }

    /// <summary>What counts for a group now.</summary>
    public int Of(string groupId)
    {
        // The bounds are for what groups ask for: what the broker itself was given counts as it is.
        GroupSettings settings = _groupSettings(groupId);
        int value = settings.GetInt(_key);
        return settings.SourceOf(_key) == ConfigSource.Group ? Math.Clamp(value, _min, _max) : value;
    }
}
