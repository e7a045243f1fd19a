using System.Text;

namespace Sluice.Broker.Security.Sasl;

/// <summary>PLAIN (RFC 4616): one message of authorization id, user and password, with zero bytes between. The refusals are Kafka's, word for word.</summary>
internal sealed class PlainExchange(PlainUsers users) : ISaslExchange
{
    private const int PartsCount = 3;

    public ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte> message) => new(Check(message.Span));

    private SaslStep Check(ReadOnlySpan<byte> message)
    {
        // One more than there should be is as wrong as a thousand, and is what Kafka counts up to.
        string[] parts = Encoding.UTF8.GetString(message).Split('\0', PartsCount + 2);
        int count = Math.Min(parts.Length, PartsCount + 1);
        if (count != PartsCount) return SaslStep.Refuse(SaslRefusal.MalformedMessage, $"Invalid SASL/PLAIN response: expected 3 tokens, got {count}");
        (string authorizationId, string userName, string password) = (parts[0], parts[1], parts[2]);
        if (userName.Length == 0) return SaslStep.Refuse(SaslRefusal.MalformedMessage, "Authentication failed: username not specified");
        if (password.Length == 0) return SaslStep.Refuse(SaslRefusal.MalformedMessage, "Authentication failed: password not specified");
        if (!users.IsRight(userName, password)) return SaslStep.Refuse(SaslRefusal.WrongCredentials, "Authentication failed: Invalid username or password");
        if (authorizationId.Length > 0 && authorizationId != userName)
        {
            return SaslStep.Refuse(
                SaslRefusal.OtherAuthorizationId, "Authentication failed: Client requested an authorization id that is different from username");
        }
        return SaslStep.Complete(new SaslIdentity(KafkaPrincipal.User(userName)));
    }
}
