using System.CommandLine;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice config unset</c>.</summary>
internal static class ConfigUnsetCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var target = new ConfigTarget();
        var names = new Argument<string[]>("NAME") { Description = "Settings to take back, by Kafka's names", Arity = ArgumentArity.OneOrMore };
        var command = new SluiceCommand(
            "unset",
            "Take settings back: what holds then is the broker's own setting, or the default.",
            "sluice config unset --topic orders retention.ms")
        {
            names,
        };
        target.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            ConfigChange[] changes = [.. context.ParseResult.GetRequiredValue(names).Select(name => new ConfigChange(name, null))];
            ConfigResource resource = await target.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
            await ConfigChanges.ApplyAsync(context, resource, changes, cancellationToken).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }
}
