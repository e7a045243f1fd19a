using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Client.Admin;
using Sluice.Protocol.Sasl;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice user delete</c>.</summary>
internal static class UserDeleteCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> user = UserMechanism.User();
        Option<string[]> mechanism = UserMechanism.Option("Which credential goes");
        var command = new SluiceCommand(
            "delete",
            "Delete a user, or one of the credentials. Connections that are open stay open.",
            "sluice user delete alice",
            "sluice user delete alice --mechanism SCRAM-SHA-256")
        {
            user, mechanism,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string name = context.ParseResult.GetRequiredValue(user);
            IReadOnlyList<ScramMechanism> meant = UserMechanism.Read(context.ParseResult.GetValue(mechanism));
            AdminClient admin = await context.AdminAsync(cancellationToken);
            IReadOnlyList<ScramCredentialInfo> known = await admin.ListScramCredentialsAsync(name, cancellationToken);
            ScramCredentialInfo[] gone = [.. known.Where(found => meant.Contains(found.Mechanism))];
            if (gone.Length == 0) throw new CommandException($"there is no user '{name}' who logs in by {string.Join(" or ", meant.Select(SaslMechanismNames.Of))}");
            await admin.DeleteScramCredentialsAsync(name, [.. gone.Select(found => found.Mechanism)], cancellationToken);
            string names = string.Join(" and ", gone.Select(found => SaslMechanismNames.Of(found.Mechanism)));
            if (!context.IsJson) context.WriteLine($"User {name} can no longer log in by {names}.");
            else
            {
                context.WriteJson(
                    [.. gone.Select(found => new Documents.UserCredential(name, SaslMechanismNames.Of(found.Mechanism), found.Iterations))],
                    CliJson.Default.UserCredentialArray);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
