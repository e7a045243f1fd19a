using Sluice.Protocol.Security;

namespace Sluice.Client.Security;

/// <summary>A property of a client's file cannot be used. Its message never repeats the value, which may be a secret.</summary>
public sealed class KafkaClientPropertyException : Exception
{
    /// <summary>Says what is wrong with a property.</summary>
    /// <param name="name">Of the property.</param>
    /// <param name="problem">What follows the name, without a full stop.</param>
    public KafkaClientPropertyException(string name, string problem)
        : base($"{name} {problem}") => PropertyName = name;

    /// <summary>Passes on what is wrong with a store of keys.</summary>
    public KafkaClientPropertyException(KeyStoreException problem)
        : base((problem ?? throw new ArgumentNullException(nameof(problem))).Message, problem) => PropertyName = problem.Message.Split(':', ' ')[0];

    /// <summary>Name of the property.</summary>
    public string PropertyName { get; }
}
