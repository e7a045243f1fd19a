namespace Sluice.Client.Admin;

/// <summary>A change of one setting.</summary>
/// <param name="Name">Kafka's name.</param>
/// <param name="Value">The new value; null = back to what it is when nobody sets it.</param>
public sealed record ConfigChange(string Name, string? Value);
