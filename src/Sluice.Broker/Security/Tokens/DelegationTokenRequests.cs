using Sluice.Broker.Requests;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Security.Tokens;

/// <summary>Who may ask for delegation tokens at all.</summary>
internal static class DelegationTokenRequests
{
    /// <summary>Whether the client is known well enough: it proved who it is, and not by a token, or one token could live on in others for ever.</summary>
    public static bool IsAllowed(RequestContext context) =>
        !context.Connection.IsTokenAuthenticated && context.Connection.Listener.Protocol switch
        {
            SecurityProtocol.Plaintext => false,
            SecurityProtocol.Ssl => context.Principal != KafkaPrincipal.Anonymous,
            _ => true,
        };
}
