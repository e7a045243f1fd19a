using Sluice.Metadata.Scram;
using Sluice.Protocol.Sasl;

namespace Sluice.Metadata;

/// <summary>A user got a SCRAM credential, or another one in place of the one before.</summary>
/// <param name="User">Not empty.</param>
/// <param name="Mechanism">The mechanism it is for; the user's credential of another one stays.</param>
/// <param name="Salt">Base64.</param>
/// <param name="StoredKey">Base64; as long as the mechanism's digest.</param>
/// <param name="ServerKey">Base64; as long as the mechanism's digest.</param>
/// <param name="Iterations">1 or more.</param>
public sealed record ScramCredentialSet(string User, ScramMechanism Mechanism, string Salt, string StoredKey, string ServerKey, int Iterations) : MetadataChange
{
    /// <summary>The change that sets a credential.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="credential">Copied.</param>
    public static ScramCredentialSet Of(string user, ScramCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return new ScramCredentialSet(
            user,
            credential.Mechanism,
            Convert.ToBase64String(credential.Salt.Span),
            Convert.ToBase64String(credential.StoredKey.Span),
            Convert.ToBase64String(credential.ServerKey.Span),
            credential.Iterations);
    }

    // A record prints all that it has; these are for nobody to read.
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(ScramCredentialSet)} {{ {Mechanism} of {User} }}";

    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (User.Length == 0) throw new MetadataChangeException("A SCRAM credential belongs to nobody.");
        try
        {
            var credential = new ScramCredential(
                Mechanism, Convert.FromBase64String(Salt), Convert.FromBase64String(StoredKey), Convert.FromBase64String(ServerKey), Iterations);
            return image.WithScramCredential(User, credential);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new MetadataChangeException($"The SCRAM credential of '{User}' is none: {exception.Message}");
        }
    }
}
