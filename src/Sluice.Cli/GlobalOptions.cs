using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Hosting.Configuration;

namespace Sluice.Cli;

/// <summary>Options of every command.</summary>
internal sealed class GlobalOptions
{
    private const string BootstrapVariable = EnvironmentSettings.BootstrapServerVariable;
    private const string BootstrapDefault = "localhost:9092";

    internal Option<string?> BootstrapServer { get; } = new("--bootstrap-server", "-b")
    {
        Description = $"Broker to call, or several separated by commas [default: {BootstrapDefault}, or {BootstrapVariable}]",
        HelpName = "HOST:PORT",
        Recursive = true,
    };

    internal Option<string?> CommandConfig { get; } = new("--command-config")
    {
        Description = "File that says how to connect, as Kafka's tools have it: security.protocol, sasl.mechanism, sasl.jaas.config and others",
        HelpName = "FILE",
        Recursive = true,
    };

    internal Option<bool> Json { get; } = new("--json")
    {
        Description = "Print JSON on standard output: one document, or one object per line where there is a stream of them",
        Recursive = true,
    };

    internal Option<ColorChoice?> Color { get; } = ChoiceOption.Create(
        "--color",
        "WHEN",
        "Colours and drawn tables, which auto keeps to terminals",
        ("auto", ColorChoice.Auto),
        ("always", ColorChoice.Always),
        ("never", ColorChoice.Never));

    internal void AddTo(Command root)
    {
        Color.Recursive = true;
        root.Options.Add(BootstrapServer);
        root.Options.Add(CommandConfig);
        root.Options.Add(Json);
        root.Options.Add(Color);
    }

    /// <summary>The servers to call: option, environment, default, in this order.</summary>
    /// <exception cref="CommandException">They make no sense.</exception>
    internal string BootstrapServers(ParseResult parseResult, CliConsole console)
    {
        string? option = parseResult.GetValue(BootstrapServer);
        string servers = option ?? console.Environment(BootstrapVariable) ?? BootstrapDefault;
        if (BrokerEndpoint.ParseList(servers).Count > 0) return servers;
        string source = option is null ? BootstrapVariable : "--bootstrap-server";
        throw CommandException.Usage($"{source} wants HOST:PORT with a port from 1 to 65535, such as {BootstrapDefault}; it is '{servers}'");
    }
}
