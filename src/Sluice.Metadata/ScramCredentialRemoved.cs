using Sluice.Metadata.Scram;
using Sluice.Protocol.Sasl;

namespace Sluice.Metadata;

/// <summary>A user lost the SCRAM credential of one mechanism.</summary>
/// <param name="User">Whose.</param>
/// <param name="Mechanism">Which one.</param>
public sealed record ScramCredentialRemoved(string User, ScramMechanism Mechanism) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        var user = new ScramUser(User, Mechanism);
        return image.ScramCredentials.ContainsKey(user)
            ? image.WithoutScramCredential(user)
            : throw new MetadataChangeException($"The user '{User}' has no SCRAM credential for {Mechanism} to be removed.");
    }
}
