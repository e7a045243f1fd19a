using System.CommandLine;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice acl add</c>.</summary>
internal static class AclAddCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var selection = new AclSelection();
        var command = new SluiceCommand(
            "add",
            "Make ACLs: each operation on each resource that is named. A consumer needs read on its topics and its group; a producer needs write on its topics, and on its transactional id if it has one.",
            "sluice acl add --topic orders --group billing --principal alice --operation read",
            "sluice acl add --topic orders- --prefix --principal shop --operation write --host 10.0.0.7",
            "sluice acl add --topic salaries --principal '*' --operation all --deny");
        selection.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            IReadOnlyList<Acl> acls = selection.ToAcls(context.ParseResult);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            await AclOutput.AskAsync(async () =>
            {
                await admin.CreateAclsAsync(acls, cancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            if (!context.IsJson) context.WriteLine(acls.Count == 1 ? "Added 1 ACL." : $"Added {acls.Count} ACLs.");
            AclOutput.Write(context, acls);
            return ExitCodes.Ok;
        });
        return command;
    }
}
