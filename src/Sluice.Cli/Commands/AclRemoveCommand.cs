using System.CommandLine;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice acl remove</c>.</summary>
internal static class AclRemoveCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var selection = new AclSelection();
        var command = new SluiceCommand(
            "remove",
            "Remove the ACLs that are selected, and show which they were. Without --prefix and --deny, prefixed and denying ones are among them. Nothing is asked; see what is there with: sluice acl list",
            "sluice acl remove --principal alice",
            "sluice acl remove --topic orders --operation write");
        selection.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            if (selection.IsEmpty(context.ParseResult)) throw CommandException.Usage("which ACLs? Give --topic, --group, --transactional-id, --cluster, --principal, --host or --operation");
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            List<Acl> removed = [];
            foreach (AclQuery query in selection.ToQueries(context.ParseResult))
                removed.AddRange(await AclOutput.AskAsync(() => admin.DeleteAclsAsync(query, cancellationToken)).ConfigureAwait(false));
            if (removed.Count == 0 && !context.IsJson)
            {
                context.Note("There are no such ACLs.");
                return ExitCodes.Ok;
            }

            if (!context.IsJson) context.WriteLine(removed.Count == 1 ? "Removed 1 ACL." : $"Removed {removed.Count} ACLs.");
            AclOutput.Write(context, removed);
            return ExitCodes.Ok;
        });
        return command;
    }
}
