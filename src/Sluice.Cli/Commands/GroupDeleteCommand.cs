using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice group delete</c>.</summary>
internal static class GroupDeleteCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var ids = new Argument<string[]>("GROUP") { Description = "Group ids", Arity = ArgumentArity.OneOrMore };
        var command = new SluiceCommand(
            "delete",
            "Delete groups that nobody is in, with everything they committed. Nothing is asked, and it cannot be undone.",
            "sluice group delete billing",
            "sluice group delete billing audit")
        {
            ids,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string[] groups = [.. context.ParseResult.GetRequiredValue(ids).Distinct()];
            foreach (string group in groups) await GroupLookup.RequireAsync(context, group, cancellationToken).ConfigureAwait(false);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            foreach (string group in groups)
            {
                try
                {
                    await admin.DeleteGroupAsync(group, cancellationToken).ConfigureAwait(false);
                }
                catch (KafkaException exception) when (exception.Error == ErrorCode.NonEmptyGroup)
                {
                    throw new CommandException($"group '{group}' has members; stop its consumers first. See who they are with: sluice group describe {group}");
                }

                if (!context.IsJson) context.WriteLine($"Deleted group {group}.");
            }

            if (context.IsJson) context.WriteJson(new Documents.DeletedGroups(groups), CliJson.Default.DeletedGroups);
            return ExitCodes.Ok;
        });
        return command;
    }
}
