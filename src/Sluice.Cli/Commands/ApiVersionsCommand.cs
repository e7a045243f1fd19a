using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice api-versions</c>.</summary>
internal static class ApiVersionsCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "api-versions",
            "Show which requests a broker serves, and in which versions.",
            "sluice api-versions",
            "sluice api-versions --bootstrap-server kafka1:9092 --json");
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            KafkaCluster cluster = await context.ClusterAsync(cancellationToken).ConfigureAwait(false);
            KafkaConnection connection = await cluster.AnyAsync(cancellationToken).ConfigureAwait(false);
            Write(context, [.. connection.Supported.ApiKeys.Select(api => ToDocument(api, connection)).OrderBy(api => api.Key)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Documents.ApiVersion ToDocument(ApiVersionsResponse.ApiVersion served, KafkaConnection connection)
    {
        if (!MessageCatalog.TryGet(served.ApiKey, out ApiDescription? known))
            return new Documents.ApiVersion(served.ApiKey, null, served.MinVersion, served.MaxVersion, null, null, null);
        int? used = connection.TryGetHighestCommonVersion(known.Key, out short version) ? version : null;
        return new Documents.ApiVersion(
            served.ApiKey, known.Name, served.MinVersion, served.MaxVersion, known.LowestVersion, known.HighestStableVersion, used);
    }

    private static void Write(CommandContext context, Documents.ApiVersion[] apis)
    {
        if (context.IsJson)
        {
            context.WriteJson(apis, CliJson.Default.ApiVersionArray);
            return;
        }

        var table = new TextTable(">Key", "Request", "Broker", "Client", ">Used");
        foreach (Documents.ApiVersion api in apis)
        {
            table.Add(
                api.Key.ToString(CultureInfo.InvariantCulture),
                api.Name ?? "(not known here)",
                $"{api.Min}-{api.Max}",
                api.ClientMin is null ? "-" : $"{api.ClientMin}-{api.ClientMax}",
                api.Used?.ToString(CultureInfo.InvariantCulture) ?? "-");
        }

        context.Write(table);
    }
}
