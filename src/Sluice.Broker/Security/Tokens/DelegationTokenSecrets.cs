using System.Security.Cryptography;
using System.Text;

namespace Sluice.Broker.Security.Tokens;

/// <summary>Makes the secrets of delegation tokens out of their ids: <c>HMAC-SHA-512(delegation.token.secret.key, id)</c>, as Kafka does.</summary>
/// <param name="secretKey"><c>delegation.token.secret.key</c>.</param>
internal sealed class DelegationTokenSecrets(string secretKey)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(secretKey);

    /// <summary>The secret of a token; its base64 is the password that it logs in with.</summary>
    public byte[] HmacOf(string tokenId) => HMACSHA512.HashData(_key, Encoding.UTF8.GetBytes(tokenId));
}
