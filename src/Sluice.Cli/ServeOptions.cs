using System.Net;
using Microsoft.Extensions.Logging;

namespace Sluice.Cli;

/// <summary>What <c>sluice serve</c> was asked for. Null = not said: the configuration file or the default decides.</summary>
/// <param name="Port">0 to 65535; 0 = any free one.</param>
/// <param name="Host">Name or address to listen on.</param>
/// <param name="DataDirectory">Where partitions and metadata are kept.</param>
/// <param name="ConfigFile">File of settings.</param>
/// <param name="Settings">Single settings by Kafka's names; they win over the file.</param>
/// <param name="KafkaMetadataDirectory">Where Kafka's metadata is, if the data directory is Kafka's and it is not in there.</param>
/// <param name="Force">Takes over from Kafka although something would be left behind.</param>
/// <param name="LogLevel">Lowest level of the log on standard error.</param>
/// <param name="Metrics">Where Prometheus may read metrics; null = nowhere.</param>
/// <param name="Json">One JSON line instead of the banner.</param>
internal sealed record ServeOptions(
    int? Port,
    string? Host,
    string? DataDirectory,
    string? ConfigFile,
    IReadOnlyList<KeyValuePair<string, string>> Settings,
    string? KafkaMetadataDirectory,
    bool Force,
    LogLevel LogLevel,
    DnsEndPoint? Metrics,
    bool Json);
