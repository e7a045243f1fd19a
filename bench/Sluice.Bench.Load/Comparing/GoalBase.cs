namespace Sluice.Bench.Load.Comparing;

/// <summary>What a goal's limit is a share of.</summary>
internal enum GoalBase
{
    /// <summary>The same figure of Apache Kafka.</summary>
    Kafka,

    /// <summary>The C program that does the same and nothing else.</summary>
    Floor,

    /// <summary>Nothing: the limit is a value of the figure's own unit.</summary>
    Value,
}
