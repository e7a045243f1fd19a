using System.CommandLine;
using Sluice.Cli.Parsing;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice config set</c>.</summary>
internal static class ConfigSetCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var target = new ConfigTarget();
        Argument<IReadOnlyList<KeyValuePair<string, string>>> settings = PairsOption.CreateArgument("Settings and their new values, by Kafka's names");
        var command = new SluiceCommand(
            "set",
            "Make settings. Those that are not named stay as they are.",
            "sluice config set --topic orders retention.ms=86400000 cleanup.policy=compact",
            "sluice config set --broker default log.retention.ms=86400000")
        {
            settings,
        };
        target.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            ConfigChange[] changes = [.. context.ParseResult.GetRequiredValue(settings).Select(pair => new ConfigChange(pair.Key, pair.Value))];
            ConfigResource resource = await target.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
            await ConfigChanges.ApplyAsync(context, resource, changes, cancellationToken).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }
}
