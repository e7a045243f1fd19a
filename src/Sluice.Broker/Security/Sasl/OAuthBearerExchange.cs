using System.Text;
using System.Text.Json;

namespace Sluice.Broker.Security.Sasl;

/// <summary>OAUTHBEARER (RFC 7628): one message with a token. A client whose token is refused is told why, acknowledges that, and only then has failed.</summary>
internal sealed class OAuthBearerExchange(IBearerTokenValidator validator) : ISaslExchange
{
    private const byte Acknowledgement = 1;

    private SaslStep? _refused;

    public async ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte> message)
    {
        if (_refused is not null) return message.Span is [Acknowledgement] ? _refused : SaslStep.Refuse(SaslRefusal.MalformedMessage);
        if (!OAuthBearerMessage.TryParse(Encoding.UTF8.GetString(message.Span), out OAuthBearerMessage? parsed)) return SaslStep.Refuse(SaslRefusal.MalformedMessage);
        BearerTokenCheck check = await validator.ValidateAsync(parsed.Token).ConfigureAwait(false);
        if (check.Token is not { } token)
        {
            string told = Json(check);
            _refused = SaslStep.Refuse(check.Refusal, told);
            return SaslStep.Continue(Encoding.UTF8.GetBytes(told));
        }
        if (parsed.AuthorizationId.Length > 0 && parsed.AuthorizationId != token.PrincipalName)
        {
            return SaslStep.Refuse(SaslRefusal.OtherAuthorizationId,
                $"Authentication failed: Client requested an authorization id ({parsed.AuthorizationId}) that is different from the token's principal name ({token.PrincipalName})");
        }
        return SaslStep.Complete(new SaslIdentity(KafkaPrincipal.User(token.PrincipalName), ExpiresAtMs: token.ExpiresAtMs));
    }

    private static string Json(BearerTokenCheck check) => check.Scope is null
        ? $$"""{"status":"{{check.Status}}"}"""
        : $$"""{"status":"{{check.Status}}", "scope":"{{JsonEncodedText.Encode(check.Scope)}}"}""";
}
