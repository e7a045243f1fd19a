namespace Sluice.Metadata.Configs;

/// <summary>A broker key that supplies the value of another key where nobody set that one.</summary>
/// <param name="Key">The broker key.</param>
/// <param name="Multiplier">What one unit of the broker key is worth in units of the other key: 3600000 for hours read as milliseconds, usually 1.
/// A negative value is never multiplied: it means "no limit" in every unit.</param>
public readonly record struct ConfigSynonym(ConfigKey Key, long Multiplier);
