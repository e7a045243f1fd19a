using Sluice.Client;
using Sluice.Client.Security;
using Sluice.Hosting.Configuration;
using Sluice.Metadata.Configs;

namespace Sluice.Cli.Parsing;

/// <summary>Reads the file of <c>--command-config</c>: how to connect, under the names of Kafka's clients.</summary>
internal static class CommandConfigFile
{
    private const string OptionName = "--command-config";

    /// <summary>Applies a file.</summary>
    /// <param name="path">As it was given.</param>
    /// <param name="options">Changed.</param>
    /// <returns>Names in the file that say nothing about how to connect.</returns>
    /// <exception cref="CommandException">The file cannot be read, or one of its values cannot be used.</exception>
    internal static IReadOnlyList<string> Apply(string path, KafkaClientOptions options)
    {
        try
        {
            var properties = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (ConfigEntry entry in NamedFile.Read(OptionName, path, ConfigFile.Load)) properties[entry.Name] = entry.Value;
            return KafkaClientProperties.Apply(properties, options);
        }
        catch (Exception exception) when (exception is KafkaClientPropertyException or ConfigFileException)
        {
            throw CommandException.Usage($"{OptionName}: '{path}': {exception.Message}");
        }
    }
}
