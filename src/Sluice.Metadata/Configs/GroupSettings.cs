using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>The effective settings of a group, read with the keys of <see cref="GroupConfigKeys"/>.</summary>
public sealed class GroupSettings : ResourceSettings
{
    private GroupSettings(ConfigLayer own, BrokerSettings broker)
        : base(GroupConfigKeys.Table, own, broker)
    {
    }

    /// <summary>Computes the view.</summary>
    /// <param name="broker">What the group falls back to.</param>
    /// <param name="overrides">Stored settings of the group; may be empty.</param>
    public static GroupSettings Create(BrokerSettings broker, IReadOnlyDictionary<string, string> overrides)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(overrides);
        return new GroupSettings(ConfigLayer.Parse(ConfigSource.Group, GroupConfigKeys.Table, overrides, static _ => true), broker);
    }
}
