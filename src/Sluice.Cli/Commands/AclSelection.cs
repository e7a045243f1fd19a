using System.CommandLine;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary>The options that say which resources, and who, ACLs are about.</summary>
internal sealed class AclSelection
{
    private const string ClusterName = "kafka-cluster";

    private readonly Option<string[]> _topics = new("--topic") { Description = "A topic; '*' for all of them", HelpName = "TOPIC" };
    private readonly Option<string[]> _groups = new("--group") { Description = "A consumer or share group; '*' for all of them", HelpName = "GROUP" };
    private readonly Option<string[]> _transactionalIds = new("--transactional-id") { Description = "A transactional id; '*' for all of them", HelpName = "ID" };
    private readonly Option<bool> _cluster = new("--cluster") { Description = "The cluster itself: making topics, reading settings, changing ACLs" };
    private readonly Option<string?> _principal = new("--principal") { Description = "Who: a user's name, or type and name such as User:alice; '*' for everybody", HelpName = "PRINCIPAL" };
    private readonly Option<string?> _host = new("--host") { Description = "From where: an address; '*' for everywhere", HelpName = "ADDRESS" };
    private readonly Option<string[]> _operations = new("--operation")
    {
        Description = "What: all, read, write, create, delete, alter, describe, describe-configs, alter-configs, cluster-action, idempotent-write, …",
        HelpName = "OPERATION",
    };

    private readonly Option<bool> _prefix = new("--prefix") { Description = "Names are beginnings of names: 'orders-' stands for 'orders-eu' and 'orders-us'" };
    private readonly Option<bool> _deny = new("--deny") { Description = "ACLs that deny; they outweigh those that allow" };

    internal void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _topics, _groups, _transactionalIds, _cluster, _principal, _host, _operations, _prefix, _deny }) command.Options.Add(option);
    }

    /// <summary>The ACLs to make: every operation on every resource, by one principal.</summary>
    /// <exception cref="CommandException">Something that an ACL must have is missing.</exception>
    internal IReadOnlyList<Acl> ToAcls(ParseResult parsed)
    {
        AclOperation[] operations = Operations(parsed);
        (AclResourceType Type, string Name)[] resources = [.. Resources(parsed)];
        if (resources.Length == 0) throw CommandException.Usage("an ACL is about something: give --topic, --group, --transactional-id or --cluster");
        if (operations.Length == 0) throw CommandException.Usage("an ACL is about doing something: give --operation, for example --operation read");
        string principal = Principal(parsed) ?? throw CommandException.Usage("an ACL is about somebody: give --principal, for example --principal alice");
        return
        [
            .. from resource in resources
               from operation in operations
               select new Acl(resource.Type, Pattern(parsed, resource.Type), resource.Name, principal, parsed.GetValue(_host) ?? "*", operation, Permission(parsed)),
        ];
    }

    /// <summary>One query for each combination of resource and operation; what is not given selects nothing away.</summary>
    internal IReadOnlyList<AclQuery> ToQueries(ParseResult parsed, bool applying = false)
    {
        (AclResourceType, string?)[] resources = [.. Resources(parsed).Select(static resource => (resource.Type, (string?)resource.Name))];
        if (resources.Length == 0) resources = [(AclResourceType.Any, null)];
        AclOperation[] operations = Operations(parsed);
        if (operations.Length == 0) operations = [AclOperation.Any];
        return
        [
            .. from resource in resources
               from operation in operations
               select new AclQuery
               {
                   ResourceType = resource.Item1,
                   ResourceName = resource.Item2,
                   PatternType = applying && resource.Item2 is not null ? AclPatternType.Match : parsed.GetValue(_prefix) ? AclPatternType.Prefixed : AclPatternType.Any,
                   Principal = Principal(parsed),
                   Host = parsed.GetValue(_host),
                   Operation = operation,
                   Permission = parsed.GetValue(_deny) ? AclPermission.Deny : AclPermission.Any,
               },
        ];
    }

    /// <summary>Whether nothing was given that selects.</summary>
    internal bool IsEmpty(ParseResult parsed) =>
        !Resources(parsed).Any() && Principal(parsed) is null && parsed.GetValue(_host) is null && Operations(parsed).Length == 0 && !parsed.GetValue(_deny) && !parsed.GetValue(_prefix);

    private IEnumerable<(AclResourceType Type, string Name)> Resources(ParseResult parsed) =>
    [
        .. (parsed.GetValue(_topics) ?? []).Select(static name => (AclResourceType.Topic, name)),
        .. (parsed.GetValue(_groups) ?? []).Select(static name => (AclResourceType.Group, name)),
        .. (parsed.GetValue(_transactionalIds) ?? []).Select(static name => (AclResourceType.TransactionalId, name)),
        .. parsed.GetValue(_cluster) ? [(AclResourceType.Cluster, ClusterName)] : Array.Empty<(AclResourceType, string)>(),
    ];

    private string? Principal(ParseResult parsed) => parsed.GetValue(_principal) is not { } name ? null
        : name.Length == 0 ? throw CommandException.Usage("--principal wants a name; '*' stands for everybody")
        : name.Contains(':', StringComparison.Ordinal) ? name
        : $"User:{name}";

    private AclPermission Permission(ParseResult parsed) => parsed.GetValue(_deny) ? AclPermission.Deny : AclPermission.Allow;

    // The cluster has one name, so that a beginning of it is none.
    private AclPatternType Pattern(ParseResult parsed, AclResourceType type) =>
        parsed.GetValue(_prefix) && type != AclResourceType.Cluster ? AclPatternType.Prefixed : AclPatternType.Literal;

    private AclOperation[] Operations(ParseResult parsed) =>
        [.. (parsed.GetValue(_operations) ?? []).SelectMany(static text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(Operation).Distinct()];

    // By name alone: Enum.TryParse would take a number too.
    private static AclOperation Operation(string text)
    {
        string name = text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        AclOperation[] known = [.. Enum.GetValues<AclOperation>().Where(static operation => operation > AclOperation.Any)];
        int index = Array.FindIndex(known, operation => operation.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
        return index >= 0
            ? known[index]
            : throw CommandException.Usage($"there is no operation '{text}'; there are {string.Join(", ", known.Select(AclOutput.Operation))}");
    }
}
