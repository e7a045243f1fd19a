using System.Text;

namespace Sluice.Client.Security;

/// <summary>OAUTHBEARER (RFC 7628): the token, and a word of acknowledgement where the broker says why it does not want it.</summary>
internal sealed class OAuthBearerClient(string token) : ISaslClient
{
    private static readonly byte[] s_acknowledgement = [1];

    public bool IsComplete { get; private set; }

    public byte[] Begin() => Encoding.UTF8.GetBytes($"n,,\u0001auth=Bearer {token}\u0001\u0001");

    public byte[]? Next(ReadOnlySpan<byte> challenge)
    {
        IsComplete = challenge.IsEmpty;
        // The broker's refusal follows as the error of the answer to this.
        return IsComplete ? null : s_acknowledgement;
    }
}
