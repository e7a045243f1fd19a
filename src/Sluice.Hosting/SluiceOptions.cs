namespace Sluice.Hosting;

/// <summary>How an application runs its broker.</summary>
/// <remarks>Bound from the section <see cref="SectionName"/> of the configuration; checked when the application starts, and not read again afterwards.</remarks>
public sealed class SluiceOptions
{
    /// <summary>The section of the configuration that is bound.</summary>
    public const string SectionName = "Sluice";

    /// <summary>Host name or address listened on. The loopback address by default: others on the network get in only where somebody said so.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>0 to 65535; 0 takes a free one, which <see cref="SluiceHostedBroker.BootstrapServers"/> tells.</summary>
    public int Port { get; set; } = 9092;

    /// <summary>Where the data is kept; made if it is not there. A relative path is one below the application's content root. Without commas.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>A file of further settings: JSON if its name ends in <c>.json</c>, else Kafka's <c>.properties</c>. Null = none.</summary>
    public string? ConfigFile { get; set; }

    /// <summary>Further settings by Kafka's names, such as <c>log.retention.ms</c>. They win over the file, and the file over the properties here.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
