using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>The effective settings of a topic, read with the keys of <see cref="TopicConfigKeys"/>.</summary>
public sealed class TopicSettings : ResourceSettings
{
    private TopicSettings(ConfigLayer own, BrokerSettings broker)
        : base(TopicConfigKeys.Table, own, broker)
    {
    }

    /// <summary>Computes the view.</summary>
    /// <param name="broker">What the topic falls back to.</param>
    /// <param name="overrides">Stored settings of the topic; may be empty.</param>
    public static TopicSettings Create(BrokerSettings broker, IReadOnlyDictionary<string, string> overrides)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(overrides);
        return new TopicSettings(ConfigLayer.Parse(ConfigSource.Topic, TopicConfigKeys.Table, overrides, static _ => true), broker);
    }

    /// <summary>Checks rules over several settings.</summary>
    /// <returns>Null if they fit together, else a sentence for an INVALID_CONFIG answer.</returns>
    public string? FindConflict()
    {
        long shortest = GetLong(TopicConfigKeys.MinCompactionLagMs);
        long longest = GetLong(TopicConfigKeys.MaxCompactionLagMs);
        return shortest > longest
            ? ConfigErrors.Conflict(TopicConfigKeys.MinCompactionLagMs, shortest, "must not be greater than", TopicConfigKeys.MaxCompactionLagMs, longest)
            : null;
    }
}
