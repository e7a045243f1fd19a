using System.CommandLine;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice quota unset</c>.</summary>
internal static class QuotaUnsetCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var entity = new QuotaEntity();
        var names = new Argument<string[]>("NAME") { Description = "Quotas to take away, by Kafka's names", Arity = ArgumentArity.OneOrMore };
        var command = new SluiceCommand(
            "unset",
            "Take quotas away: what holds then is the quota of a wider entity, or no limit.",
            "sluice quota unset --client-id import producer_byte_rate")
        {
            names,
        };
        entity.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            ClientQuota asked = entity.Require(context.ParseResult);
            string[] removed = context.ParseResult.GetRequiredValue(names);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            await admin.AlterClientQuotaAsync(asked, removed, cancellationToken).ConfigureAwait(false);
            foreach (string name in removed) context.WriteLine($"Unset {name} of {asked.Entity}.");
            return ExitCodes.Ok;
        });
        return command;
    }
}
