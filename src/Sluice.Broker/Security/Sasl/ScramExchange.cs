using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>The broker's side of SCRAM: RFC 5802, section 5, without channel binding.</summary>
/// <remarks>Every refusal but one tells the client nothing: neither whether there is such a user, nor what was wrong.</remarks>
/// <param name="mechanism">Which digest.</param>
/// <param name="directory">Knows the users.</param>
/// <param name="serverNonce">From <see cref="ScramText.NewNonce"/>; never used before.</param>
internal sealed class ScramExchange(ScramMechanism mechanism, IScramDirectory directory, string serverNonce) : ISaslExchange
{
    private ScramClientFirst? _first;
    private ScramLogin? _login;
    private string _serverFirst = "";

    public ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte> message)
    {
        string text = Encoding.UTF8.GetString(message.Span);
        return new ValueTask<SaslStep>(_first is null ? Challenge(text) : Check(text, _first, _login!));
    }

    private SaslStep Challenge(string message)
    {
        if (!ScramClientFirst.TryParse(message, out _first)) return SaslStep.Refuse(SaslRefusal.MalformedMessage);
        _login = _first.IsToken ? directory.FindToken(_first.UserName, mechanism) : directory.FindUser(_first.UserName, mechanism);
        if (_login is null) return SaslStep.Refuse(SaslRefusal.UnknownUser);
        if (_first.AuthorizationId.Length > 0 && _first.AuthorizationId != _first.UserName)
        {
            return SaslStep.Refuse(
                SaslRefusal.OtherAuthorizationId, "Authentication failed: Client requested an authorization id that is different from username");
        }
        // One that Kafka stored before it had a minimum; clients would refuse it as well.
        if (_login.Credential.Iterations < ScramFormulas.IterationsMin) return SaslStep.Refuse(SaslRefusal.WrongCredentials);
        _serverFirst = string.Create(CultureInfo.InvariantCulture,
            $"r={_first.Nonce}{serverNonce},s={Convert.ToBase64String(_login.Credential.Salt.Span)},i={_login.Credential.Iterations}");
        return SaslStep.Continue(Encoding.UTF8.GetBytes(_serverFirst));
    }

    private SaslStep Check(string message, ScramClientFirst first, ScramLogin login)
    {
        int proofIndex = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofIndex < 0) return SaslStep.Refuse(SaslRefusal.MalformedMessage);
        string withoutProof = message[..proofIndex];
        string[] parts = withoutProof.Split(',');
        if (parts.Length < 2 || !ScramText.TryRead(parts[0], 'c', out string binding) || !ScramText.TryRead(parts[1], 'r', out string nonce)
            || !ScramText.TryReadBase64(message[(proofIndex + 3)..], out byte[]? proof) || proof.Length != ScramFormulas.KeyBytes(mechanism))
        {
            return SaslStep.Refuse(SaslRefusal.MalformedMessage);
        }
        // The whole nonce, not its end: a client's proof for another exchange must not do.
        // librdkafka before 2.8 puts its own part in front of it once more, which Kafka refuses from 3.9.1 on; nothing is missing from it, and the proof covers it.
        string whole = first.Nonce + serverNonce;
        if ((nonce != whole && nonce != first.Nonce + whole) || binding != Convert.ToBase64String(Encoding.UTF8.GetBytes(first.Header)))
            return SaslStep.Refuse(SaslRefusal.WrongCredentials);

        string authMessage = $"{first.Bare},{_serverFirst},{withoutProof}";
        byte[] clientSignature = ScramFormulas.Sign(mechanism, login.Credential.StoredKey.Span, authMessage);
        byte[] storedKey = ScramFormulas.StoredKey(mechanism, ScramFormulas.ExclusiveOr(proof, clientSignature));
        if (!CryptographicOperations.FixedTimeEquals(storedKey, login.Credential.StoredKey.Span)) return SaslStep.Refuse(SaslRefusal.WrongCredentials);
        byte[] serverSignature = ScramFormulas.Sign(mechanism, login.Credential.ServerKey.Span, authMessage);
        return SaslStep.Complete(login.Identity, Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(serverSignature)}"));
    }
}
