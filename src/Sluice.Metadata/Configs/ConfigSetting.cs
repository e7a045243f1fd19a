namespace Sluice.Metadata.Configs;

/// <summary>A checked value with its canonical text and the layer it is from.</summary>
internal readonly record struct ConfigSetting(string? Text, ConfigValue Value, ConfigSource Source);
