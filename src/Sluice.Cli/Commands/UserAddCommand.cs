using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client.Admin;
using Sluice.Protocol.Sasl;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice user add</c>.</summary>
internal static class UserAddCommand
{
    private const int IterationsDefault = 8192;

    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> user = UserMechanism.User();
        Option<string[]> mechanism = UserMechanism.Option("How the user will log in");
        Option<int?> iterations = NumberOption.Create(
            "--iterations",
            "COUNT",
            $"How often the password is hashed: the more, the slower to guess it, and to log in [default: {IterationsDefault}]",
            ScramFormulas.IterationsMin,
            ScramFormulas.IterationsMax);
        var password = new PasswordSource();
        var command = new SluiceCommand(
            "add",
            "Add a user, or give one another password. The password is asked for, or read from a file or the environment; it is hashed here and does not travel.",
            "sluice user add alice",
            "sluice user add alice --mechanism SCRAM-SHA-512 --password-file /run/secrets/alice")
        {
            user, mechanism, iterations,
        };
        password.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string name = context.ParseResult.GetRequiredValue(user);
            if (name.Length == 0) throw CommandException.Usage("the name of the user must not be empty");
            IReadOnlyList<ScramMechanism> mechanisms = UserMechanism.Read(context.ParseResult.GetValue(mechanism));
            int count = context.ParseResult.GetValue(iterations) ?? IterationsDefault;
            AdminClient admin = await context.AdminAsync(cancellationToken);
            await admin.SetScramPasswordAsync(name, password.Read(context), mechanisms, count, cancellationToken);
            if (context.IsJson) context.WriteJson([.. mechanisms.Select(one => new Documents.UserCredential(name, SaslMechanismNames.Of(one), count))], CliJson.Default.UserCredentialArray);
            else context.WriteLine($"User {name} can log in by {string.Join(" and ", mechanisms.Select(SaslMechanismNames.Of))}.");
            return ExitCodes.Ok;
        });
        return command;
    }
}
