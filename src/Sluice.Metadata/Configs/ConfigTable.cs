using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>All settings of one kind of resource, sorted by name.</summary>
public sealed class ConfigTable
{
    private readonly FrozenDictionary<string, ConfigKey> _byName;

    internal ConfigTable(string title, IEnumerable<ConfigKey> keys)
    {
        Title = title;
        Keys = [.. keys.OrderBy(key => key.Name, StringComparer.Ordinal)];
        for (int slot = 0; slot < Keys.Length; slot++) Keys[slot].Place(slot);
        _byName = Keys.ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);
    }

    /// <summary>The kind of resource as error messages name it: <c>broker</c>, <c>topic</c>, <c>group</c>, <c>client metrics</c>.</summary>
    public string Title { get; }

    /// <summary>Every key, in ordinal order of names.</summary>
    public ImmutableArray<ConfigKey> Keys { get; }

    /// <summary>Finds a key by its exact name; null if there is none.</summary>
    /// <param name="name">Case matters, as in Kafka.</param>
    public ConfigKey? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Finds the name that somebody who wrote <paramref name="name"/> most likely meant.</summary>
    /// <param name="name">A name that is not in the table.</param>
    /// <returns>Null if nothing is near: more than a third of the letters would have to change.</returns>
    public string? SuggestFor(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // The longest name has about 65 letters; a text far longer than that cannot be a slip of the hand, and is not worth comparing.
        if (name.Length is 0 or > 100) return null;
        string lowered = name.Trim().ToLowerInvariant().Replace('_', '.');
        string? nearest = null;
        int distanceMin = Math.Max(2, lowered.Length / 3) + 1;
        foreach (ConfigKey key in Keys)
        {
            int distance = EditDistance.Between(lowered, key.Name, distanceMin);
            if (distance >= distanceMin) continue;
            distanceMin = distance;
            nearest = key.Name;
        }
        return nearest;
    }
}
