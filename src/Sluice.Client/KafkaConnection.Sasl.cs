using Sluice.Client.Security;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client;

// Logging in, and doing so again before the broker ends the session (KIP-368). Between the handshake and the last message nothing else may go out, so
// whoever authenticates holds the turn to send; answers to earlier requests still come in meanwhile.
public sealed partial class KafkaConnection
{
    private const short HandshakeVersion = 1;

    // Kafka's clients begin between 85 and 95 % of the session.
    private const double SessionShareUsed = 0.85;

    private long _authenticatedAt;
    private TimeSpan? _sessionUse;

    private bool IsSessionEnding => _sessionUse is { } use && _options.TimeProvider.GetElapsedTime(_authenticatedAt) >= use;

    private async Task AuthenticateAsync(SaslCredentials credentials, CancellationToken cancellationToken)
    {
        await _sendTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await AuthenticateInTurnAsync(credentials, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sendTurn.Release();
        }
    }

    // What was begun and not finished leaves a connection on which nothing else is legal.
    private async Task AuthenticateAgainAsync(SaslCredentials credentials)
    {
        try
        {
            await AuthenticateInTurnAsync(credentials, CancellationToken.None).ConfigureAwait(false);
        }
        catch (KafkaException exception)
        {
            Fail(exception);
            throw;
        }
    }

    private async Task AuthenticateInTurnAsync(SaslCredentials credentials, CancellationToken cancellationToken)
    {
        ISaslClient client = await credentials.BeginAsync(cancellationToken).ConfigureAwait(false);
        SaslHandshakeResponse handshake = await SendHoldingTurnAsync(
            new SaslHandshakeRequest { Mechanism = credentials.Mechanism }, HandshakeVersion, cancellationToken).ConfigureAwait(false);
        ThrowIfRefused(handshake, credentials.Mechanism);
        short version = HighestCommonVersion(ApiKey.SaslAuthenticate);
        SaslAuthenticateResponse response;
        byte[]? message = client.Begin();
        do
        {
            response = await SendHoldingTurnAsync(new SaslAuthenticateRequest { AuthBytes = message }, version, cancellationToken).ConfigureAwait(false);
            if (response.ErrorCode != ErrorCode.None) throw KafkaException.FromResponse(response.ErrorCode, response.ErrorMessage, Endpoint.ToString());
            message = Answer(client, response.AuthBytes.Span);
        }
        while (message is not null);
        if (!client.IsComplete) throw Refused("the broker ended the exchange too early");
        _authenticatedAt = _options.TimeProvider.GetTimestamp();
        _sessionUse = response.SessionLifetimeMs > 0 ? TimeSpan.FromMilliseconds(response.SessionLifetimeMs * SessionShareUsed) : null;
    }

    private byte[]? Answer(ISaslClient client, ReadOnlySpan<byte> challenge)
    {
        try
        {
            return client.Next(challenge);
        }
        catch (SaslClientException exception)
        {
            throw Refused(exception.Message);
        }
    }

    private void ThrowIfRefused(SaslHandshakeResponse handshake, string mechanism)
    {
        if (handshake.ErrorCode == ErrorCode.UnsupportedSaslMechanism)
        {
            string offered = handshake.Mechanisms.Count == 0 ? "nothing" : string.Join(", ", handshake.Mechanisms);
            throw new KafkaException(handshake.ErrorCode, $"{Endpoint} does not offer {mechanism}; it offers {offered}");
        }
        if (handshake.ErrorCode == ErrorCode.IllegalSaslState)
        {
            throw new KafkaException(handshake.ErrorCode, $"{Endpoint} wants no SASL there: its listener is PLAINTEXT or SSL");
        }
        if (handshake.ErrorCode != ErrorCode.None) throw KafkaException.FromResponse(handshake.ErrorCode, subject: Endpoint.ToString());
    }

    private KafkaException Refused(string reason) => new(ErrorCode.SaslAuthenticationFailed, $"cannot authenticate with {Endpoint}: {reason}");

    private async Task<TResponse> SendHoldingTurnAsync<TResponse>(IRequest<TResponse> request, short version, CancellationToken cancellationToken)
        where TResponse : class, IResponse, new()
    {
        ApiDescription api = MessageCatalog.Get(TResponse.ApiKey);
        int correlationId = NextCorrelationId();
        byte[] frame = RequestFrame.Write(api, version, correlationId, _options.ClientId, request);
        byte[] answer = await ExchangeAsync(frame, correlationId, holdsTurn: true, cancellationToken).ConfigureAwait(false);
        return ReadResponse<TResponse>(answer, api, version);
    }
}
