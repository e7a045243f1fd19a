using System.Collections.Frozen;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Security;

/// <summary>What the settings say about who may do what.</summary>
/// <param name="SuperUsers">Principals that may do everything, as <c>type:name</c>.</param>
/// <param name="AllowIfNoAcl">Whether a resource without ACLs is open to everybody.</param>
internal sealed record AuthorizationSettings(FrozenSet<string> SuperUsers, bool AllowIfNoAcl)
{
    /// <summary>The one class whose rules are known here.</summary>
    public const string StandardAuthorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

    /// <summary>Reads the settings.</summary>
    /// <param name="given">The broker's settings.</param>
    /// <returns>Null if everybody may do everything.</returns>
    /// <exception cref="BrokerStartException">The class is another one, or a super user is not <c>type:name</c>.</exception>
    public static AuthorizationSettings? From(BrokerSettings given)
    {
        string className = given.GetString(BrokerConfigKeys.AuthorizerClassName)!.Trim();
        if (className.Length == 0) return null;
        if (className != StandardAuthorizer)
        {
            throw new BrokerStartException(
                $"authorizer.class.name is {className}, and Java classes cannot be loaded; set it to {StandardAuthorizer}, whose rules are built in, or leave it out");
        }
        string[] superUsers = (given.GetString(BrokerConfigKeys.SuperUsers) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (Array.Find(superUsers, static user => user.IndexOf(':', StringComparison.Ordinal) < 1) is { } malformed)
            throw new BrokerStartException($"super.users has '{malformed}'; write type and name, such as User:{malformed}, separated by semicolons");
        return new AuthorizationSettings(superUsers.ToFrozenSet(StringComparer.Ordinal), given.GetBoolean(BrokerConfigKeys.AllowEveryoneIfNoAclFound));
    }
}
