namespace Sluice.Metadata.Configs;

// Kafka calls its types so, and the reference page of a setting shows these words.
#pragma warning disable CA1720

/// <summary>How the text of a setting is read; the numbers are those of the DescribeConfigs response.</summary>
public enum ConfigType : sbyte
{
    /// <summary>Not in any table. Its value is never shown.</summary>
    Unknown = 0,

    /// <summary><c>true</c> or <c>false</c>, in any case.</summary>
    Boolean = 1,

    /// <summary>Text without the blanks around it.</summary>
    String = 2,

    /// <summary>A signed number of 32 bits.</summary>
    Int = 3,

    /// <summary>A signed number of 16 bits.</summary>
    Short = 4,

    /// <summary>A signed number of 64 bits.</summary>
    Long = 5,

    /// <summary>A floating-point number of 64 bits.</summary>
    Double = 6,

    /// <summary>Texts separated by commas; blanks around an element are dropped.</summary>
    List = 7,

    /// <summary>The name of a Java class. Sluice loads none: it only compares the name with the default.</summary>
    Class = 8,

    /// <summary>Text that is never shown or logged.</summary>
    Password = 9,
}
