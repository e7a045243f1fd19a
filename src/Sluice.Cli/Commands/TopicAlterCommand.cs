using System.CommandLine;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice topic alter</c>.</summary>
internal static class TopicAlterCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One();
        Option<IReadOnlyList<KeyValuePair<string, string>>> set = PairsOption.Create("--set", "A setting and its new value; repeatable");
        var unset = new Option<string[]>("--unset") { Description = "A setting to go back to its default; repeatable", HelpName = "NAME" };
        var command = new SluiceCommand(
            "alter",
            "Change settings of a topic.",
            "sluice topic alter orders --set retention.ms=86400000",
            "sluice topic alter orders --unset retention.ms --set cleanup.policy=compact")
        {
            name, set, unset,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            List<ConfigChange> changes =
            [
                .. (context.ParseResult.GetValue(set) ?? []).Select(pair => new ConfigChange(pair.Key, pair.Value)),
                .. (context.ParseResult.GetValue(unset) ?? []).Select(key => new ConfigChange(key, null)),
            ];
            if (changes.Count == 0) throw CommandException.Usage("nothing to change. Give --set NAME=VALUE or --unset NAME");
            TopicMetadata topic = await TopicLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
            await ConfigChanges.ApplyAsync(context, ConfigResource.Topic(topic.Name), changes, cancellationToken).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }
}
