namespace Sluice.Metadata.Configs;

/// <summary>How much a setting matters to an operator, in Kafka's three steps.</summary>
public enum ConfigImportance
{
    /// <summary>Worth knowing before the first start.</summary>
    High,

    /// <summary>Worth knowing when tuning.</summary>
    Medium,

    /// <summary>Rarely touched.</summary>
    Low,
}
