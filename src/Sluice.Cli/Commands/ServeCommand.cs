using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Sluice.Cli.Parsing;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice serve</c>.</summary>
internal static class ServeCommand
{
    /// <summary>The command.</summary>
    /// <param name="console">What it runs on.</param>
    /// <param name="globals">Options of every command.</param>
    /// <param name="serve">Runs the broker until the token is cancelled, and returns the exit code.</param>
    internal static Command Create(CliConsole console, GlobalOptions globals, Func<ServeOptions, CancellationToken, Task<int>> serve)
    {
        Option<int?> port = NumberOption.Create("--port", "PORT", "Port to listen on, 0 to 65535; 0 takes any free one [default: 9092]", 0, 65535);
        var host = new Option<string?>("--host") { Description = "Name or address to listen on [default: 127.0.0.1]", HelpName = "HOST" };
        var data = new Option<string?>("--data") { Description = "Directory of partitions and metadata; made if it is not there [default: ./data]", HelpName = "DIR" };
        var config = new Option<string?>("--config") { Description = "File of settings by Kafka's names: server.properties works", HelpName = "FILE" };
        Option<IReadOnlyList<KeyValuePair<string, string>>> set = PairsOption.Create("--set", "One setting; repeatable, wins over the file");
        Option<string?> kafkaMetadata = TakeoverOptions.MetadataDirectory();
        Option<bool> force = TakeoverOptions.Force();
        Option<LogLevel?> logLevel = ChoiceOption.Create(
            "--log-level",
            "LEVEL",
            "Lowest level of the log, which goes to standard error",
            ("warning", LogLevel.Warning),
            ("information", LogLevel.Information),
            ("debug", LogLevel.Debug),
            ("error", LogLevel.Error));
        Option<DnsEndPoint?> metrics = EndpointOption.Create(
            "--metrics", "Where Prometheus reads metrics, at /metrics: the broker's, and what clients push of theirs by the subscriptions that are set");
        var command = new SluiceCommand(
            "serve",
            "Run a broker until Ctrl-C or SIGTERM, which end it cleanly. A data directory that a stopped Kafka left is taken over.",
            "sluice serve --data ./data",
            "sluice serve --port 0 --config server.properties --set log.retention.hours=24",
            "sluice serve --metrics 127.0.0.1:9464")
        {
            port, host, data, config, set, kafkaMetadata, force, logLevel, metrics,
        };
        command.SetAction((parseResult, cancellationToken) =>
        {
            var options = new ServeOptions(
                parseResult.GetValue(port),
                parseResult.GetValue(host),
                parseResult.GetValue(data),
                parseResult.GetValue(config),
                parseResult.GetValue(set) ?? [],
                parseResult.GetValue(kafkaMetadata),
                parseResult.GetValue(force),
                parseResult.GetValue(logLevel) ?? LogLevel.Warning,
                parseResult.GetValue(metrics),
                parseResult.GetValue(globals.Json));
            return Failures.ReportAsync(console, cancellationToken, () => serve(options, cancellationToken));
        });
        return command;
    }
}
