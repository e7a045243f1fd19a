namespace Sluice.Metadata.Features;

/// <summary>A feature whose level the whole cluster shares (KIP-584): what level is in force decides what brokers do and what clients are told.</summary>
/// <param name="Name">As Kafka spells it, for example <c>group.version</c>.</param>
/// <param name="LowestLevel">Lowest level that this version can do; 0 = the feature can be off.</param>
/// <param name="HighestLevel">Highest level that this version can do; in force until somebody chooses another one.</param>
public sealed record Feature(string Name, short LowestLevel, short HighestLevel);
