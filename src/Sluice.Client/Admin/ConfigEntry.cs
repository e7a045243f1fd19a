namespace Sluice.Client.Admin;

/// <summary>A setting and its value.</summary>
/// <param name="Name">Kafka's name.</param>
/// <param name="Value">Null = none, or not to be shown because it is sensitive.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="IsReadOnly">Whether only a restart can change it.</param>
/// <param name="IsSensitive">Whether the value is kept back.</param>
/// <param name="Documentation">What it does, if that was asked for and is known.</param>
public sealed record ConfigEntry(string Name, string? Value, ConfigSource Source, bool IsReadOnly, bool IsSensitive, string? Documentation)
{
    /// <summary>Whether somebody set it.</summary>
    public bool IsExplicit => Source is not (ConfigSource.Default or ConfigSource.Unknown);
}
