namespace Sluice.Testing;

/// <summary>A topic that a broker is to have when it is ready.</summary>
internal sealed record TopicPlan(string Name, int PartitionsCount, IReadOnlyList<(string Name, string Value)> Settings);
