namespace Sluice.Metadata.Configs;

/// <summary>One of the places that could supply a value, as DescribeConfigs lists them under synonyms.</summary>
/// <param name="Name">The key there; a broker key under a topic's setting.</param>
/// <param name="Value">Canonical text in that key's own unit; null for a sensitive key.</param>
/// <param name="Source">The layer.</param>
public readonly record struct ConfigOrigin(string Name, string? Value, ConfigSource Source);
