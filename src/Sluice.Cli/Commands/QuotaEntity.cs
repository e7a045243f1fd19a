using System.CommandLine;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary>The options that say whose quotas a command is about.</summary>
internal sealed class QuotaEntity
{
    private const string Everybody = "default";

    private readonly Option<string?> _user = new("--user") { Description = $"A user; '{Everybody}' for every user without a quota of its own", HelpName = "USER" };
    private readonly Option<string?> _clientId = new("--client-id") { Description = $"A client id; '{Everybody}' for every one without a quota of its own. With --user: of that user only", HelpName = "ID" };
    private readonly Option<string?> _ip = new("--ip") { Description = $"An address, for connection_creation_rate; '{Everybody}' for every one without a quota of its own", HelpName = "ADDRESS" };

    internal void AddTo(Command command)
    {
        command.Options.Add(_user);
        command.Options.Add(_clientId);
        command.Options.Add(_ip);
    }

    /// <summary>What was asked for, without limits; null if nothing was.</summary>
    /// <exception cref="CommandException">A combination that there is not.</exception>
    internal ClientQuota? Find(ParseResult parsed)
    {
        string? user = Stored(parsed.GetValue(_user));
        string? clientId = Stored(parsed.GetValue(_clientId));
        string? ip = Stored(parsed.GetValue(_ip));
        if (ip is not null && (user is not null || clientId is not null)) throw CommandException.Usage("quotas of addresses stand alone: give --ip without --user and --client-id");
        return user is null && clientId is null && ip is null ? null : new ClientQuota(user, clientId, ip, new Dictionary<string, double>());
    }

    /// <summary>What was asked for, without limits.</summary>
    /// <exception cref="CommandException">Nothing, or a combination that there is not.</exception>
    internal ClientQuota Require(ParseResult parsed) =>
        Find(parsed) ?? throw CommandException.Usage("whose quotas? Give --user USER, --client-id ID, both, or --ip ADDRESS");

    private static string? Stored(string? name) => name == Everybody ? "" : name;
}
