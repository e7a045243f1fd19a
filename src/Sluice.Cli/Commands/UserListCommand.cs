using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client.Admin;
using Sluice.Protocol.Sasl;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice user list</c>.</summary>
internal static class UserListCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var command = new SluiceCommand("list", "List the users who log in by SCRAM, with their mechanisms. Users of PLAIN are in the broker's settings.", "sluice user list");
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            AdminClient admin = await context.AdminAsync(cancellationToken);
            IReadOnlyList<ScramCredentialInfo> users = await admin.ListScramCredentialsAsync(null, cancellationToken);
            Write(context, users);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(CommandContext context, IReadOnlyList<ScramCredentialInfo> users)
    {
        if (context.IsJson)
        {
            context.WriteJson(
                [.. users.Select(found => new Documents.UserCredential(found.User, SaslMechanismNames.Of(found.Mechanism), found.Iterations))],
                CliJson.Default.UserCredentialArray);
            return;
        }

        if (users.Count == 0)
        {
            context.Note("There are no users. Add one with: sluice user add NAME");
            return;
        }

        var table = new TextTable("User", "Mechanism", ">Iterations");
        foreach (ScramCredentialInfo found in users)
        {
            table.Add(found.User, SaslMechanismNames.Of(found.Mechanism), found.Iterations.ToString(CultureInfo.InvariantCulture));
        }

        context.Write(table);
    }
}
