using System.Diagnostics.CodeAnalysis;

namespace Sluice.Broker.Security;

/// <summary>Who is at the other end of a connection, as access rules and quotas name them: <c>User:alice</c>.</summary>
/// <param name="Type">Kind of principal; clients are always <c>User</c>.</param>
/// <param name="Name">Any text that is not empty: a user name, or the subject of a certificate.</param>
internal sealed record KafkaPrincipal(string Type, string Name)
{
    /// <summary>The kind that every client is of.</summary>
    public const string UserType = "User";

    /// <summary>A client of whom nothing is known: no SASL, and no certificate.</summary>
    public static KafkaPrincipal Anonymous { get; } = new(UserType, "ANONYMOUS");

    /// <summary>A user.</summary>
    public static KafkaPrincipal User(string name) => new(UserType, name);

    /// <summary>Reads <c>Type:Name</c>; the name may contain further colons.</summary>
    /// <returns>False if there is no colon, or nothing on a side of it.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out KafkaPrincipal? principal)
    {
        int colonIndex = text.IndexOf(':', StringComparison.Ordinal);
        principal = colonIndex > 0 && colonIndex < text.Length - 1 ? new KafkaPrincipal(text[..colonIndex], text[(colonIndex + 1)..]) : null;
        return principal is not null;
    }

    /// <summary>The form of access rules and settings: <c>User:alice</c>.</summary>
    public override string ToString() => $"{Type}:{Name}";
}
