using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice cluster describe</c>.</summary>
internal static class ClusterDescribeCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand(
            "describe",
            "Show the cluster's id and its brokers.",
            "sluice cluster describe",
            "sluice cluster describe --bootstrap-server kafka1:9092 --json");
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            Write(context, await admin.DescribeClusterAsync(cancellationToken).ConfigureAwait(false));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(CommandContext context, ClusterDescription cluster)
    {
        if (context.IsJson)
        {
            Documents.Broker[] brokers = [.. cluster.Brokers.Select(broker =>
                new Documents.Broker(broker.Id, broker.Endpoint.Host, broker.Endpoint.Port, broker.Rack))];
            int? controller = cluster.ControllerId < 0 ? null : cluster.ControllerId;
            context.WriteJson(new Documents.Cluster(cluster.ClusterId, controller, brokers), CliJson.Default.Cluster);
            return;
        }

        context.WriteHeading($"Cluster {cluster.ClusterId}");
        var table = new TextTable(">Broker", "Address", "Rack", "Role");
        foreach (BrokerMetadata broker in cluster.Brokers)
        {
            string role = broker.Id == cluster.ControllerId ? "controller" : "";
            table.Add(broker.Id.ToString(CultureInfo.InvariantCulture), broker.Endpoint.ToString(), broker.Rack ?? "-", role);
        }

        context.Write(table);
    }
}
