using System.CommandLine;
using Sluice.Broker.Takeover;

namespace Sluice.Cli.Parsing;

/// <summary>The options of commands that deal with a directory of Apache Kafka's.</summary>
internal static class TakeoverOptions
{
    internal static Option<string?> MetadataDirectory() => new("--kafka-metadata")
    {
        Description = "Kafka's metadata.log.dir, where that is not the data directory",
        HelpName = "DIR",
    };

    internal static Option<bool> Force() => new("--force")
    {
        Description = "Take over from Kafka what can be taken over, where something would be left behind: 'sluice kafka inspect' says what",
    };

    internal static KafkaTakeoverOptions Create(string? metadataDirectory, bool force) => new() { MetadataDirectory = metadataDirectory, Force = force };
}
