namespace Sluice.Differential.Comparison;

/// <summary>One value in which the two peers' answers differ. A value that a peer did not give is "(absent)".</summary>
internal sealed record Difference(string Scenario, string Step, string Path, string Kafka, string Sluice)
{
    public override string ToString() => $"{Scenario} / {Step} / {Path}: Kafka {Kafka}, Sluice {Sluice}";
}
