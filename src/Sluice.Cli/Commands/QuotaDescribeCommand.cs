using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice quota describe</c>.</summary>
internal static class QuotaDescribeCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var entity = new QuotaEntity();
        var command = new SluiceCommand(
            "describe",
            "Show quotas: all of them, or those of one entity.",
            "sluice quota describe",
            "sluice quota describe --user alice --client-id default --json");
        entity.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            ClientQuota? asked = entity.Find(context.ParseResult);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ClientQuota> quotas = await admin.ListClientQuotasAsync(cancellationToken).ConfigureAwait(false);
            Write(context, [.. quotas.Where(quota => asked is null || quota.Entity == asked.Entity)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(CommandContext context, IReadOnlyList<ClientQuota> quotas)
    {
        if (context.IsJson)
        {
            context.WriteJson([.. quotas.Select(static quota => new Documents.Quota(quota.User, quota.ClientId, quota.Ip, quota.Limits))], CliJson.Default.QuotaArray);
            return;
        }

        if (quotas.Count == 0)
        {
            context.Note("There are no such quotas. To make one: sluice quota set");
            return;
        }

        var table = new TextTable("Entity", "Quota", "Limit");
        foreach (ClientQuota quota in quotas)
        {
            foreach ((string key, double limit) in quota.Limits.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                table.Add(quota.Entity, key, limit.ToString(CultureInfo.InvariantCulture));
        }

        context.Write(table);
    }
}
