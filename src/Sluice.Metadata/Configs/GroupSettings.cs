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

    /// <inheritdoc/>
    /// <remarks>Where there is no setting of the broker to fall back to, the default itself is named, as Kafka does for groups.</remarks>
    public override ImmutableArray<ConfigOrigin> SynonymsOf(ConfigKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ImmutableArray<ConfigOrigin> synonyms = base.SynonymsOf(key);
        return key.Synonyms.IsEmpty ? synonyms.Add(new ConfigOrigin(key.Name, key.DefaultText, ConfigSource.Default)) : synonyms;
    }

    /// <summary>Looks for a value of the group's own that the broker's bounds do not allow.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    public string? FindConflict() =>
        Check(GroupConfigKeys.ConsumerHeartbeatIntervalMs, BrokerConfigKeys.GroupConsumerMinHeartbeatIntervalMs, BrokerConfigKeys.GroupConsumerMaxHeartbeatIntervalMs)
        ?? Check(GroupConfigKeys.ConsumerSessionTimeoutMs, BrokerConfigKeys.GroupConsumerMinSessionTimeoutMs, BrokerConfigKeys.GroupConsumerMaxSessionTimeoutMs)
        ?? Check(GroupConfigKeys.ConsumerAssignmentIntervalMs, BrokerConfigKeys.GroupConsumerMinAssignmentIntervalMs, BrokerConfigKeys.GroupConsumerMaxAssignmentIntervalMs)
        ?? (SourceOf(GroupConfigKeys.ConsumerHeartbeatIntervalMs) == ConfigSource.Group || SourceOf(GroupConfigKeys.ConsumerSessionTimeoutMs) == ConfigSource.Group ? CheckRhythm() : null);

    private string? Check(ConfigKey key, ConfigKey minKey, ConfigKey maxKey)
    {
        if (SourceOf(key) != ConfigSource.Group) return null;
        int value = GetInt(key);
        if (value < Broker.GetInt(minKey)) return ConfigErrors.Conflict(key, value, "must not be less than", minKey, Broker.GetInt(minKey));
        return value > Broker.GetInt(maxKey) ? ConfigErrors.Conflict(key, value, "must not be greater than", maxKey, Broker.GetInt(maxKey)) : null;
    }

    private string? CheckRhythm()
    {
        int heartbeatMs = GetInt(GroupConfigKeys.ConsumerHeartbeatIntervalMs);
        int sessionMs = GetInt(GroupConfigKeys.ConsumerSessionTimeoutMs);
        return heartbeatMs < sessionMs
            ? null
            : ConfigErrors.Conflict(GroupConfigKeys.ConsumerHeartbeatIntervalMs, heartbeatMs, "must be less than", GroupConfigKeys.ConsumerSessionTimeoutMs, sessionMs);
    }
}
