using System.CommandLine;
using Sluice.Protocol.Sasl;

namespace Sluice.Cli.Commands;

/// <summary>The argument and the option that say which credentials of which user are meant.</summary>
internal static class UserMechanism
{
    internal static readonly ScramMechanism[] All = [ScramMechanism.Sha256, ScramMechanism.Sha512];

    internal static Argument<string> User() => new("USER") { Description = "Name of the user" };

    internal static Option<string[]> Option(string description) => new("--mechanism")
    {
        Description = $"{description}: {SaslMechanismNames.ScramSha256} or {SaslMechanismNames.ScramSha512}; repeatable [default: both]",
        HelpName = "NAME",
    };

    /// <summary>The mechanisms given, or both.</summary>
    /// <exception cref="CommandException">There is none of that name.</exception>
    internal static IReadOnlyList<ScramMechanism> Read(string[]? given)
    {
        if (given is null or []) return All;
        return [.. given.Select(static name => SaslMechanismNames.ToScram(name.ToUpperInvariant()) is not ScramMechanism.Unknown and var mechanism
            ? mechanism
            : throw CommandException.Usage($"--mechanism is {SaslMechanismNames.ScramSha256} or {SaslMechanismNames.ScramSha512}; it is '{name}'")).Distinct()];
    }
}
