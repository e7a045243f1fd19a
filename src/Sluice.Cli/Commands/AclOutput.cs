using System.Text;
using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli.Commands;

/// <summary>How ACLs are shown.</summary>
internal static class AclOutput
{
    /// <summary>An operation as people write it: <c>describe-configs</c>.</summary>
    internal static string Operation(AclOperation operation) => Dashed(operation.ToString());

    internal static void Write(CommandContext context, IReadOnlyList<Acl> acls)
    {
        if (context.IsJson)
        {
            context.WriteJson([.. acls.Select(ToDocument)], CliJson.Default.AclArray);
            return;
        }

        var table = new TextTable("Resource", "Name", "Principal", "Host", "Permission", "Operation");
        foreach (Acl acl in acls)
        {
            string name = acl.PatternType == AclPatternType.Prefixed ? $"{acl.ResourceName}…" : acl.ResourceName;
            table.Add(Dashed(acl.ResourceType.ToString()), name, acl.Principal, acl.Host, Dashed(acl.Permission.ToString()), Operation(acl.Operation));
        }

        context.Write(table);
    }

    /// <summary>Says what to do about a broker that has no authorizer.</summary>
    internal static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (KafkaException exception) when (exception.Error == ErrorCode.SecurityDisabled)
        {
            throw new CommandException(
                "the broker has no authorizer, so everybody may do everything. Start it with authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer, and with super.users, who may make the first ACLs");
        }
    }

    private static Documents.Acl ToDocument(Acl acl) => new(
        Dashed(acl.ResourceType.ToString()), acl.ResourceName, Dashed(acl.PatternType.ToString()), acl.Principal, acl.Host, Dashed(acl.Permission.ToString()), Operation(acl.Operation));

    private static string Dashed(string name)
    {
        StringBuilder text = new();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
