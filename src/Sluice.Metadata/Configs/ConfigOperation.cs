namespace Sluice.Metadata.Configs;

/// <summary>A change of one setting, as a client asks for it.</summary>
/// <param name="Name">As sent; perhaps no setting at all.</param>
/// <param name="Type">As sent; perhaps no known operation.</param>
/// <param name="Value">As sent; null only makes sense for a deletion.</param>
public readonly record struct ConfigOperation(string Name, ConfigOperationType Type, string? Value);
