using System.CommandLine;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice acl list</c>.</summary>
internal static class AclListCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var selection = new AclSelection();
        var applying = new Option<bool>("--applying") { Description = "Also ACLs of '*' and of prefixes that apply to the names given" };
        var command = new SluiceCommand(
            "list",
            "List ACLs: all of them, or those that are selected.",
            "sluice acl list",
            "sluice acl list --topic orders-eu --applying",
            "sluice acl list --principal alice --json")
        {
            applying,
        };
        selection.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            IReadOnlyList<AclQuery> queries = selection.ToQueries(context.ParseResult, context.ParseResult.GetValue(applying));
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            List<Acl> found = [];
            foreach (AclQuery query in queries) found.AddRange(await AclOutput.AskAsync(() => admin.ListAclsAsync(query, cancellationToken)).ConfigureAwait(false));
            if (found.Count == 0 && !context.IsJson)
            {
                context.Note("There are no such ACLs. To make one: sluice acl add");
                return ExitCodes.Ok;
            }

            AclOutput.Write(context, [.. found.Distinct()]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
