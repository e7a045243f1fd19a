using System.Security.Cryptography;
using Sluice.Broker.Security.Tokens;
using Sluice.Metadata;
using Sluice.Metadata.Scram;
using Sluice.Metadata.Tokens;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>The users and delegation tokens of the metadata, as they are at the moment of asking.</summary>
/// <param name="store">Not owned.</param>
/// <param name="secrets">Null = no tokens here.</param>
/// <param name="time">Ends tokens.</param>
internal sealed class ScramDirectory(IMetadataStore store, DelegationTokenSecrets? secrets, TimeProvider time) : IScramDirectory
{
    private const int SaltBytes = 16;

    public ScramLogin? FindUser(string userName, ScramMechanism mechanism) =>
        store.Current.ScramCredentials.TryGetValue(new ScramUser(userName, mechanism), out ScramCredential? credential)
            ? new ScramLogin(credential, new SaslIdentity(KafkaPrincipal.User(userName)))
            : null;

    public ScramLogin? FindToken(string tokenId, ScramMechanism mechanism)
    {
        if (secrets is null || !store.Current.DelegationTokens.TryGetValue(tokenId, out DelegationToken? token)
            || token.ExpiryTimestampMs <= time.GetUtcNow().ToUnixTimeMilliseconds() || !KafkaPrincipal.TryParse(token.Owner, out KafkaPrincipal? owner))
        {
            return null;
        }
        // The secret is not stored, so what is checked is made anew for each login.
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        string password = Convert.ToBase64String(secrets.HmacOf(tokenId));
        byte[] saltedPassword = ScramFormulas.SaltPassword(mechanism, password, salt, ScramFormulas.IterationsMin);
        return new ScramLogin(
            ScramCredential.FromSaltedPassword(mechanism, salt, saltedPassword, ScramFormulas.IterationsMin),
            new SaslIdentity(owner, IsToken: true, token.ExpiryTimestampMs));
    }
}
