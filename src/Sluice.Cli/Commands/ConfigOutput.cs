using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary>How settings are shown.</summary>
internal static class ConfigOutput
{
    internal static Documents.ConfigEntry ToDocument(ConfigEntry entry) =>
        new(entry.Name, entry.Value, SourceName(entry.Source), entry.IsReadOnly, entry.IsSensitive);

    /// <summary>The source's name in JSON, for people.</summary>
    internal static string Source(string name) => name switch
    {
        "topic" => "this topic",
        "dynamicBroker" => "this broker",
        "dynamicDefaultBroker" => "all brokers",
        "staticBroker" => "the broker's configuration",
        "default" => "nobody: default",
        _ => name,
    };

    private static string SourceName(ConfigSource source) => source switch
    {
        ConfigSource.Topic => "topic",
        ConfigSource.DynamicBroker => "dynamicBroker",
        ConfigSource.DynamicDefaultBroker => "dynamicDefaultBroker",
        ConfigSource.StaticBroker => "staticBroker",
        ConfigSource.Default => "default",
        ConfigSource.DynamicBrokerLogger => "dynamicBrokerLogger",
        ConfigSource.ClientMetrics => "clientMetrics",
        ConfigSource.Group => "group",
        _ => "unknown",
    };
}
