namespace Sluice.Metadata.Kafka;

/// <summary>A setting that somebody made at run time.</summary>
/// <param name="ResourceType">What it belongs to, by the numbers of <see cref="ConfigResourceType"/>; may be one that is not known.</param>
/// <param name="ResourceName">Topic name, broker id and so on; empty for the default of all brokers.</param>
/// <param name="Key">The setting's name.</param>
/// <param name="Value">As it was written; may be secret.</param>
/// <param name="Record">The record that made it.</param>
public sealed record KafkaConfig(sbyte ResourceType, string ResourceName, string Key, string Value, KafkaRecord Record)
{
    /// <summary>Nothing of the value, which may be secret.</summary>
    public override string ToString() => $"{(ConfigResourceType)ResourceType} '{ResourceName}' {Key}";
}
