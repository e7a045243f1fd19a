namespace Sluice.Bench.Load.Comparing;

/// <summary>What is asked of a workload's figure: a limit for Sluice's median, as a share of another median or by itself.</summary>
/// <param name="Measure">Name of the figure.</param>
/// <param name="Limit">At most this; at least this if <paramref name="AtLeast"/>.</param>
/// <param name="Of">Share of what.</param>
/// <param name="AtLeast">Whether more is better.</param>
internal sealed record Goal(string Measure, double Limit, GoalBase Of = GoalBase.Kafka, bool AtLeast = false)
{
    /// <summary>Whether a value keeps to the limit.</summary>
    public bool IsMet(double value) => AtLeast ? value >= Limit : value <= Limit;
}
