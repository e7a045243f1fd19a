using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Protocol.Sasl;

namespace Sluice.Client.Security;

/// <summary>The client's side of SCRAM: RFC 5802, section 5.</summary>
internal sealed class ScramClient(ScramMechanism mechanism, string userName, string password, bool isToken, string nonce) : ISaslClient
{
    // A broker that asks for more wants our processor, not a proof.
    private const int IterationsMax = 1_000_000;

    private readonly string _firstBare = $"n={ScramText.EncodeName(userName)},r={nonce}{(isToken ? ",tokenauth=true" : "")}";
    private byte[]? _serverSignature;

    public bool IsComplete { get; private set; }

    public byte[] Begin() => Encoding.UTF8.GetBytes($"n,,{_firstBare}");

    public byte[]? Next(ReadOnlySpan<byte> challenge)
    {
        string message = Encoding.UTF8.GetString(challenge);
        if (_serverSignature is null) return Prove(message);
        if (message.StartsWith("e=", StringComparison.Ordinal)) throw new SaslClientException($"the broker ended the exchange: {message[2..]}");
        if (!ScramText.TryRead(message.Split(',')[0], 'v', out string verifier) || !ScramText.TryReadBase64(verifier, out byte[]? signature)
            || !CryptographicOperations.FixedTimeEquals(signature, _serverSignature))
        {
            throw new SaslClientException("the broker did not prove that it knows the user; it may not be the broker that it says it is");
        }
        IsComplete = true;
        return null;
    }

    private byte[] Prove(string serverFirst)
    {
        string[] parts = serverFirst.Split(',');
        if (parts.Length < 3 || !ScramText.TryRead(parts[0], 'r', out string bothNonces) || !ScramText.TryRead(parts[1], 's', out string saltText)
            || !ScramText.TryReadBase64(saltText, out byte[]? salt) || !ScramText.TryRead(parts[2], 'i', out string iterationsText)
            || !int.TryParse(iterationsText, NumberStyles.None, CultureInfo.InvariantCulture, out int iterations))
        {
            throw new SaslClientException("the broker's first SCRAM message is malformed");
        }
        if (bothNonces.Length <= nonce.Length || !bothNonces.StartsWith(nonce, StringComparison.Ordinal)) throw new SaslClientException("the broker did not take up the client's nonce");
        if (iterations is < ScramFormulas.IterationsMin or > IterationsMax)
        {
            throw new SaslClientException(string.Create(CultureInfo.InvariantCulture,
                $"the broker asks for {iterations} iterations; {ScramFormulas.IterationsMin} to {IterationsMax} are accepted"));
        }

        string finalWithoutProof = $"c={Convert.ToBase64String("n,,"u8)},r={bothNonces}";
        string authMessage = $"{_firstBare},{serverFirst},{finalWithoutProof}";
        byte[] saltedPassword = ScramFormulas.SaltPassword(mechanism, password, salt, iterations);
        byte[] clientKey = ScramFormulas.ClientKey(mechanism, saltedPassword);
        byte[] clientSignature = ScramFormulas.Sign(mechanism, ScramFormulas.StoredKey(mechanism, clientKey), authMessage);
        _serverSignature = ScramFormulas.Sign(mechanism, ScramFormulas.ServerKey(mechanism, saltedPassword), authMessage);
        return Encoding.UTF8.GetBytes($"{finalWithoutProof},p={Convert.ToBase64String(ScramFormulas.ExclusiveOr(clientKey, clientSignature))}");
    }
}
