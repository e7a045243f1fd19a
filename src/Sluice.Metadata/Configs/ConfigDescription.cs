using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>An effective value with all that DescribeConfigs tells about it.</summary>
/// <param name="Key">The setting.</param>
/// <param name="Value">Canonical text; null if unset or sensitive.</param>
/// <param name="Source">The layer that won.</param>
/// <param name="Synonyms">Every place that has a value, the winner first; empty where only a default of another name exists.</param>
public sealed record ConfigDescription(ConfigKey Key, string? Value, ConfigSource Source, ImmutableArray<ConfigOrigin> Synonyms)
{
    /// <summary>Whether a change at run time is refused.</summary>
    public bool IsReadOnly => Key.UpdateMode == ConfigUpdateMode.ReadOnly;

    /// <summary>Whether nobody set it.</summary>
    public bool IsDefault => Source == ConfigSource.Default;
}
