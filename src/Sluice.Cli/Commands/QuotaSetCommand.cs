using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Parsing;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice quota set</c>.</summary>
internal static class QuotaSetCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var entity = new QuotaEntity();
        Argument<IReadOnlyList<KeyValuePair<string, string>>> limits =
            PairsOption.CreateArgument("Quotas and their limits: producer_byte_rate, consumer_byte_rate, request_percentage, controller_mutation_rate; connection_creation_rate for --ip");
        var command = new SluiceCommand(
            "set",
            "Set quotas. Those that are not named stay as they are; in force at once.",
            "sluice quota set --user alice --client-id import producer_byte_rate=1048576",
            "sluice quota set --client-id default request_percentage=50",
            "sluice quota set --ip 10.0.0.7 connection_creation_rate=10")
        {
            limits,
        };
        entity.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            ClientQuota asked = entity.Require(context.ParseResult);
            Dictionary<string, double> set = new(StringComparer.Ordinal);
            foreach ((string key, string text) in context.ParseResult.GetRequiredValue(limits))
            {
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double limit)) throw CommandException.Usage($"{key} wants a number; it is '{text}'");
                if (!set.TryAdd(key, limit)) throw CommandException.Usage($"{key} is given twice");
            }

            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            await admin.AlterClientQuotaAsync(asked with { Limits = set }, [], cancellationToken).ConfigureAwait(false);
            foreach ((string key, double limit) in set) context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Set {key}={limit} for {asked.Entity}."));
            return ExitCodes.Ok;
        });
        return command;
    }
}
