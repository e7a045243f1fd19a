using System.Globalization;

namespace Sluice.Metadata.Kafka;

/// <summary>The levels of Kafka's feature <c>metadata.version</c>, which says what the records of a metadata log may mean.</summary>
public static class KafkaMetadataVersions
{
    /// <summary>The feature's name.</summary>
    public const string FeatureName = "metadata.version";

    /// <summary>The lowest level that Kafka 4 starts on: 3.3-IV3.</summary>
    public const short Lowest = 7;

    // By level from Lowest on. Kafka's own tool for storage directories prints the same table (version-mapping).
    private static readonly string[] s_names =
    [
        "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4",
        "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0",
    ];

    /// <summary>The highest level whose records are understood.</summary>
    public static short Highest => (short)(Lowest + s_names.Length - 1);

    /// <summary>The release that a level belongs to, such as <c>4.2-IV1</c>; the bare number for a level that is not known.</summary>
    /// <param name="level">Any level.</param>
    public static string NameOf(short level) =>
        level >= Lowest && level <= Highest ? s_names[level - Lowest] : level.ToString(CultureInfo.InvariantCulture);
}
