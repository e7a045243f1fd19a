namespace Sluice.Client.Security;

/// <summary>A property of a client's file cannot be used. Its message never repeats the value, which may be a secret.</summary>
/// <param name="name">Of the property.</param>
/// <param name="problem">What follows the name, without a full stop.</param>
public sealed class KafkaClientPropertyException(string name, string problem) : Exception($"{name} {problem}")
{
    /// <summary>Name of the property.</summary>
    public string PropertyName { get; } = name;
}
