namespace Sluice.Metadata.Configs;

/// <summary>What a change of one setting does; the numbers are those of the IncrementalAlterConfigs request.</summary>
public enum ConfigOperationType : sbyte
{
    /// <summary>Takes the value.</summary>
    Set = 0,

    /// <summary>Goes back to what the setting falls back to.</summary>
    Delete = 1,

    /// <summary>Adds the elements that a list does not have yet.</summary>
    Append = 2,

    /// <summary>Takes elements out of a list.</summary>
    Subtract = 3,
}
