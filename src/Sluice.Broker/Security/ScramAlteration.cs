using Sluice.Metadata;
using Sluice.Metadata.Scram;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security;

/// <summary>What becomes of a request to change SCRAM credentials.</summary>
/// <param name="Changes">Those of the users without an error.</param>
/// <param name="Results">Every user named, in the order of their first mention.</param>
internal sealed record ScramAlteration(IReadOnlyList<MetadataChange> Changes, IReadOnlyList<KeyValuePair<string, (ErrorCode Error, string? Message)>> Results)
{
    /// <summary>Decides; messages are Kafka's.</summary>
    public static ScramAlteration Plan(AlterUserScramCredentialsRequest request, MetadataImage image)
    {
        OrderedDictionary<string, (ErrorCode Error, string? Message)> results = new(StringComparer.Ordinal);
        List<(string User, MetadataChange Change)> changes = [];
        foreach (AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion in request.Deletions)
        {
            ScramUser user = new(deletion.Name, (ScramMechanism)deletion.Mechanism);
            Add(user, () => CheckDeletion(user, image), () => new ScramCredentialRemoved(user.Name, user.Mechanism));
        }
        foreach (AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion in request.Upsertions)
        {
            ScramUser user = new(upsertion.Name, (ScramMechanism)upsertion.Mechanism);
            Add(user, () => CheckUpsertion(user, upsertion), () => ScramCredentialSet.Of(
                user.Name, ScramCredential.FromSaltedPassword(user.Mechanism, upsertion.Salt.Span, upsertion.SaltedPassword.Span, upsertion.Iterations)));
        }
        return new ScramAlteration([.. changes.Where(change => results[change.User].Error == ErrorCode.None).Select(static change => change.Change)], [.. results]);

        // A user may be named once, whichever mechanisms are meant; the first error of a user is the one to tell.
        void Add(ScramUser user, Func<(ErrorCode Error, string? Message)> check, Func<MetadataChange> change)
        {
            bool isNamed = results.TryGetValue(user.Name, out (ErrorCode Error, string? Message) before);
            if (before.Error != ErrorCode.None) return;
            results[user.Name] = isNamed ? (ErrorCode.DuplicateResource, "A user credential cannot be altered twice in the same request") : check();
            if (results[user.Name].Error == ErrorCode.None) changes.Add((user.Name, change()));
        }
    }

    private static (ErrorCode Error, string? Message) CheckDeletion(ScramUser user, MetadataImage image)
    {
        (ErrorCode Error, string? Message) result = CheckUser(user);
        return result.Error == ErrorCode.None && !image.ScramCredentials.ContainsKey(user)
            ? (ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist")
            : result;
    }

    private static (ErrorCode Error, string? Message) CheckUser(ScramUser user)
    {
        if (user.Name.Length == 0) return (ErrorCode.UnacceptableCredential, "Username must not be empty");
        return user.Mechanism is ScramMechanism.Sha256 or ScramMechanism.Sha512 ? (ErrorCode.None, null) : (ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism");
    }

    private static (ErrorCode Error, string? Message) CheckUpsertion(ScramUser user, AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion)
    {
        (ErrorCode Error, string? Message) result = CheckUser(user);
        if (result.Error != ErrorCode.None) return result;
        if (upsertion.Iterations < ScramFormulas.IterationsMin) return (ErrorCode.UnacceptableCredential, "Too few iterations");
        if (upsertion.Iterations > ScramFormulas.IterationsMax) return (ErrorCode.UnacceptableCredential, "Too many iterations");
        return upsertion.Salt.IsEmpty || upsertion.SaltedPassword.IsEmpty ? (ErrorCode.UnacceptableCredential, "Salt and salted password must not be empty") : (ErrorCode.None, null);
    }
}
