namespace Sluice.Broker.Coordinators.Groups.Consumer.Assignors;

/// <summary>The assignors there are.</summary>
internal static class ConsumerAssignors
{
    private static readonly IConsumerAssignor[] s_all = [new UniformAssignor(), new RangeAssignor()];

    /// <summary>Finds an assignor by its name, or by the name of the Java class that settings of Kafka may give; null if there is none.</summary>
    public static IConsumerAssignor? Find(string name)
    {
        foreach (IConsumerAssignor assignor in s_all)
        {
            if (assignor.Name == name || $"org.apache.kafka.coordinator.group.assignor.{assignor.GetType().Name}" == name) return assignor;
        }
        return null;
    }
}
