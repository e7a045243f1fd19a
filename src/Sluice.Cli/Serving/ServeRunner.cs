using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sluice.Broker;
using Sluice.Cli.Commands;
using Sluice.Cli.Parsing;
using Sluice.Hosting.Configuration;
using Sluice.Log;
using Sluice.Metadata.Configs;

namespace Sluice.Cli.Serving;

/// <summary>Runs a broker in this process for <c>sluice serve</c>: settings, banner, and a clean stop.</summary>
internal static class ServeRunner
{
    private const int DefaultPort = 9092;
    private const string DefaultHost = "127.0.0.1";
    private const string DefaultDirectory = "data";
    private const string DefaultOrigin = "default of sluice serve";

    /// <summary>Serves until the token is cancelled.</summary>
    /// <param name="console">Gets the banner on standard output; problems and the log go to standard error.</param>
    /// <param name="options">From the command line.</param>
    /// <param name="cancellationToken">Ctrl-C or SIGTERM: stops cleanly.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(CliConsole console, ServeOptions options, CancellationToken cancellationToken)
    {
        long startedAt = console.Time.GetTimestamp();
        bool inline = InlineSockets.TryEnable();
        BrokerConfiguration configuration = LoadConfiguration(options);
        using ILoggerFactory loggers = ConsoleLogging.Create();
        // Before the broker, so that its first client already finds somebody who wants to know.
        using MetricsPage? metrics = options.Metrics is { } endpoint ? MetricsPage.Open(endpoint) : null;
        BrokerServer broker = await StartAsync(console, options, configuration, loggers, inline, cancellationToken).ConfigureAwait(false);
        await using (broker.ConfigureAwait(false))
        {
            TimeSpan ready = console.Time.GetElapsedTime(startedAt);
            if (options.Json) WriteJson(console, broker, metrics, ready);
            else ServeBanner.Write(console, broker, configuration, metrics, ready);
            console.Output.Flush();
            TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using (cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), stop))
            {
                await stop.Task.ConfigureAwait(false);
            }
            if (!options.Json) console.Error.WriteLine("stopping: closing connections and logs");
            if (!options.Json) ServeBanner.WriteSent(console, broker.Transferred);
        }
        if (!options.Json) console.Error.WriteLine("stopped cleanly; the next start need not scan the logs");
        return ExitCodes.Ok;
    }

    private static BrokerConfiguration LoadConfiguration(ServeOptions options)
    {
        List<ConfigEntry> defaults = [new(BrokerConfigKeys.Listeners.Name, $"PLAINTEXT://{DefaultHost}:{DefaultPort}", DefaultOrigin)];
        List<string> assignments = [.. options.Settings.Select(static setting => $"{setting.Key}={setting.Value}")];
        if (options.Port is not null || options.Host is not null)
            assignments.Add($"{BrokerConfigKeys.Listeners.Name}=PLAINTEXT://{Bracketed(options.Host ?? DefaultHost)}:{options.Port ?? DefaultPort}");
        if (options.DataDirectory is { } data)
        {
            // The value is a list: a directory with a comma in its name would be two.
            if (data.Contains(',', StringComparison.Ordinal)) throw CommandException.Usage("--data names one directory, and its path cannot hold a comma; several are given with --set log.dirs=DIR,DIR");
            if (data.Length == 0) throw CommandException.Usage("--data wants a directory; it is empty");
            assignments.Add($"{BrokerConfigKeys.LogDirs.Name}={data}");
        }
        else
        {
            defaults.Add(new(BrokerConfigKeys.LogDir.Name, DefaultDirectory, DefaultOrigin));
        }
        try
        {
            BrokerConfiguration Load(string? file) => BrokerConfiguration.Load(file, EnvironmentSettings.OfProcess(), assignments, defaults);
            BrokerConfiguration configuration = LoadFile();
            // A directory says which node it belongs to; who says nothing else means that one.
            if (FindNodeId(configuration) is not { } nodeId) return configuration;
            defaults.Add(nodeId);
            return LoadFile();

            BrokerConfiguration LoadFile() => options.ConfigFile is { } configFile ? NamedFile.Read("--config", configFile, Load) : Load(null);
        }
        catch (ConfigurationException invalid)
        {
            throw CommandException.Usage(string.Join("; ", invalid.Problems));
        }
        catch (ConfigFileException invalid)
        {
            throw CommandException.Usage(invalid.Message);
        }
    }

    private static ConfigEntry? FindNodeId(BrokerConfiguration configuration)
    {
        IReadOnlyDictionary<string, ConfigEntry> given = configuration.Settings.Entries;
        if (configuration.Settings.Errors.Length > 0 || given.ContainsKey(BrokerConfigKeys.NodeId.Name) || given.ContainsKey(BrokerConfigKeys.BrokerId.Name)) return null;
        BrokerSettings settings = BrokerSettings.Create(configuration.Settings, new Dictionary<string, string>(), new Dictionary<string, string>());
        try
        {
            foreach (string directory in settings.LogDirectories)
            {
                if (MetaProperties.Read(directory) is { NodeId: >= 0 } identity)
                    return new ConfigEntry(BrokerConfigKeys.NodeId.Name, identity.NodeId.ToString(CultureInfo.InvariantCulture), Path.Combine(directory, MetaProperties.FileName));
            }
            return null;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The start reads the file again, and says what is wrong with it.
            return null;
        }
    }

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;

    private static async Task<BrokerServer> StartAsync(
        CliConsole console, ServeOptions options, BrokerConfiguration configuration, ILoggerFactory loggers, bool socketsCompleteInline, CancellationToken cancellationToken)
    {
        try
        {
            BrokerOptions brokerOptions = new()
            {
                Config = configuration.Settings,
                Time = console.Time,
                LoggerFactory = loggers,
                LogLevel = options.LogLevel,
                SocketsCompleteInline = socketsCompleteInline,
                LoadProgress = new LoadProgressLine(console),
                Takeover = TakeoverOptions.Create(options.KafkaMetadataDirectory, options.Force),
            };
            return await BrokerServer.StartAsync(brokerOptions, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerStartException impossible)
        {
            throw new CommandException(impossible.Message);
        }
    }

    private static void WriteJson(CliConsole console, BrokerServer broker, MetricsPage? metrics, TimeSpan ready)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("version", ServeBanner.Version);
            json.WriteString("bootstrapServers", string.Join(',', broker.Endpoints.Select(static endpoint => $"{endpoint.AdvertisedHost}:{endpoint.AdvertisedPort}")));
            json.WriteStartArray("listeners");
            foreach (BrokerEndpoint endpoint in broker.Endpoints)
            {
                json.WriteStartObject();
                json.WriteString("name", endpoint.ListenerName);
                json.WriteString("protocol", endpoint.Protocol.KafkaName);
                json.WriteString("address", endpoint.Address.ToString());
                json.WriteString("advertised", $"{endpoint.AdvertisedHost}:{endpoint.AdvertisedPort}");
                json.WriteString("encryption", endpoint.Encryption);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("brokerId", broker.BrokerId);
            json.WriteString("clusterId", broker.ClusterId);
            json.WriteString("dataDirectory", broker.DataDirectory);
            json.WriteStartArray("logDirectories");
            foreach (string path in broker.LogDirectories) json.WriteStringValue(path);
            json.WriteEndArray();
            json.WriteString("metrics", metrics?.Address);
            json.WriteNumber("processId", Environment.ProcessId);
            json.WriteNumber("readyMs", Math.Round(ready.TotalMilliseconds, 1));
            json.WriteBoolean("recovered", !broker.Recovery.WasClean);
            json.WriteBoolean("takenOverFromKafka", broker.TakenOver is not null);
            json.WriteEndObject();
        }
        console.Output.Write(buffer.ToArray());
        console.Output.WriteLine();
    }
}
