using System.Buffers.Binary;
using Sluice.Broker.Network;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Security.Sasl;

/// <summary>SASL on one connection: which request is legal now, and who the client is.</summary>
/// <remarks>
/// Nothing but ApiVersions and SaslHandshake passes before the client is known; then only the messages of the mechanism; then everything, until the session
/// ends. Only the connection's loop calls it; the timer of a client that takes too long aborts the connection, which any thread may. A refusal is held back
/// for a while, so that guessing is slow, and ends the connection. docs/internals/authentication.md has the picture.
/// </remarks>
internal sealed class SaslGate : IDisposable
{
    // Kafka's; a client that wants it more often gets the answer of one that may not.
    private static readonly TimeSpan ReauthenticationsApart = TimeSpan.FromSeconds(1);

    private readonly Connection _connection;
    private readonly SaslListener _sasl;
    private readonly ConnectionServices _services;
    private readonly ITimer _limit;
    private Stage _stage = Stage.VersionsOrHandshake;
    private string _mechanism = "";
    private ISaslExchange? _exchange;
    private SaslIdentity? _identity;
    private string? _mechanismBefore;
    private long _authenticatedAt;
    private TimeSpan? _session;
    private long? _reauthenticatedAt;

    public SaslGate(Connection connection, SaslListener sasl, ConnectionServices services)
    {
        _connection = connection;
        _sasl = sasl;
        _services = services;
        _limit = services.Time.CreateTimer(
            static connection => ((Connection)connection!).Abort(CloseReason.AuthenticationTimeout), connection, sasl.Settings.Timeout, Timeout.InfiniteTimeSpan);
    }

    private enum Stage
    {
        VersionsOrHandshake,
        Handshake,
        Messages,
        RawMessages,
        Open,
    }

    /// <summary>Whether the next frame is a message of the mechanism and nothing else, as after version 0 of the handshake.</summary>
    public bool ExpectsMessage => _stage == Stage.RawMessages;

    /// <summary>Whether the client is known, and requests pass.</summary>
    public bool IsOpen => _stage == Stage.Open;

    /// <summary>Largest frame of a client that is not known yet.</summary>
    public int ReceiveBytesMax => _sasl.Settings.ReceiveBytesMax;

    private bool IsSessionOver => _session is { } session && _services.Time.GetElapsedTime(_authenticatedAt) > session;

    private bool MayReauthenticate =>
        _session is not null && (_reauthenticatedAt is not { } before || _services.Time.GetElapsedTime(before) >= ReauthenticationsApart);

    /// <summary>Looks at a request before anything of it is read.</summary>
    /// <param name="frame">Without its size.</param>
    /// <returns>Null = it may be read; else why the connection must end, without an answer.</returns>
    public CloseReason? Admit(ReadOnlySpan<byte> frame)
    {
        // Too short to be a request: whoever reads it says so.
        if (!BinaryPrimitives.TryReadInt16BigEndian(frame, out short key)) return null;
        ApiKey api = (ApiKey)key;
        switch (_stage)
        {
            case Stage.VersionsOrHandshake when api is not (ApiKey.ApiVersions or ApiKey.SaslHandshake):
            case Stage.Handshake when api != ApiKey.SaslHandshake:
                NoteFailure(SaslRefusal.IllegalState);
                return CloseReason.AuthenticationFailed;
            case Stage.Open when IsSessionOver && !(api == ApiKey.SaslHandshake && MayReauthenticate):
                return CloseReason.SessionExpired;
            default:
                return null;
        }
    }

    /// <summary>Whether a request may be handled that was read. If not, <see cref="RefuseAsync"/> answers it.</summary>
    public bool Allows(ApiKey api) => _stage != Stage.Messages || api == ApiKey.SaslAuthenticate;

    /// <summary>Answers a request that came in the middle of an exchange, in its own format, and ends the connection.</summary>
    public ValueTask RefuseAsync(ApiHandler handler, RequestContext context, CancellationToken cancellationToken)
    {
        handler.Fail(context, ErrorCode.IllegalSaslState);
        if (context.Request is ProduceRequest { Acks: 0 }) context.SuppressResponse = true;
        return FailAsync(SaslRefusal.IllegalState, context, cancellationToken);
    }

    /// <summary>Told of every request that was answered.</summary>
    public void Answered(RequestContext context)
    {
        // Once, unless it was refused: then the client may step down to another version.
        if (_stage == Stage.VersionsOrHandshake && context.Response is ApiVersionsResponse { ErrorCode: ErrorCode.None }) _stage = Stage.Handshake;
    }

    /// <summary>Serves SaslHandshake.</summary>
    public ValueTask HandshakeAsync(string mechanism, SaslHandshakeResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (_stage == Stage.Open)
        {
            if (!MayReauthenticate)
            {
                response.ErrorCode = ErrorCode.IllegalSaslState;
                return ValueTask.CompletedTask;
            }
            _reauthenticatedAt = _services.Time.GetTimestamp();
            _mechanismBefore = _mechanism;
        }
        foreach (string offered in _sasl.MechanismNames) response.Mechanisms.Add(offered);
        _exchange = _sasl.Begin(mechanism);
        if (_exchange is null)
        {
            response.ErrorCode = ErrorCode.UnsupportedSaslMechanism;
            return FailAsync(SaslRefusal.UnsupportedMechanism, context, cancellationToken);
        }
        _mechanism = mechanism;
        _stage = context.ApiVersion == 0 ? Stage.RawMessages : Stage.Messages;
        return ValueTask.CompletedTask;
    }

    /// <summary>Serves SaslAuthenticate.</summary>
    public async ValueTask AuthenticateAsync(
        ReadOnlyMemory<byte> message, SaslAuthenticateResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (_stage != Stage.Messages)
        {
            response.ErrorCode = ErrorCode.IllegalSaslState;
            response.ErrorMessage = "SaslAuthenticate request received after successful authentication";
            return;
        }
        SaslStep step = await NextAsync(message).ConfigureAwait(false);
        if (step.IsRefused)
        {
            response.ErrorCode = ErrorCode.SaslAuthenticationFailed;
            string occasion = _mechanismBefore is null ? "authentication" : "re-authentication";
            response.ErrorMessage = step.Message ?? $"Authentication failed during {occasion} due to invalid credentials with SASL mechanism {_mechanism}";
            await FailAsync(step.Refusal.Value, context, cancellationToken).ConfigureAwait(false);
            return;
        }
        response.ErrorMessage = "";
        response.AuthBytes = step.Reply;
        if (_stage == Stage.Open && _session is { } session) response.SessionLifetimeMs = (long)session.TotalMilliseconds;
    }

    /// <summary>Serves a message that came without a request around it.</summary>
    /// <returns>What to send, behind its size; null = the connection must end.</returns>
    public async ValueTask<byte[]?> NextRawAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        SaslStep step = await NextAsync(message).ConfigureAwait(false);
        if (!step.IsRefused) return step.Reply;
        NoteFailure(step.Refusal.Value);
        await HoldBackAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    public void Dispose() => _limit.Dispose();

    private async ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte> message)
    {
        if (_mechanismBefore is { } before && before != _mechanism)
        {
            return SaslStep.Refuse(SaslRefusal.ChangedIdentity,
                $"SASL mechanism '{_mechanism}' requested by client is not supported for re-authentication of mechanism '{before}'");
        }
        SaslStep step = await _exchange!.NextAsync(message).ConfigureAwait(false);
        if (step.Identity is not { } identity) return step;
        if (_identity is { } known && known.Principal != identity.Principal)
        {
            return SaslStep.Refuse(SaslRefusal.ChangedIdentity,
                $"Cannot change principals during re-authentication from {known.Principal.Type}.{known.Principal.Name}: {identity.Principal.Type}.{identity.Principal.Name}");
        }
        Open(identity);
        return step;
    }

    private void Open(SaslIdentity identity)
    {
        _limit.Dispose();
        _exchange = null;
        _identity = identity;
        _stage = Stage.Open;
        _authenticatedAt = _services.Time.GetTimestamp();
        _session = SessionOf(identity);
        _connection.Authenticated(identity);
        _services.Metrics.Authenticated(_mechanism, failure: null);
        BrokerLog.Authenticated(_services.Logger, _connection.Id, _connection.RemoteAddress, _mechanism, identity.Principal.ToString());
    }

    // As long as the credential counts, and no longer than the listener allows.
    private TimeSpan? SessionOf(SaslIdentity identity)
    {
        TimeSpan? most = _sasl.SessionMax(_mechanism);
        if (identity.ExpiresAtMs is not { } expiresAtMs) return most;
        long leftMs = Math.Max(0, expiresAtMs - _services.Time.GetUtcNow().ToUnixTimeMilliseconds());
        TimeSpan left = TimeSpan.FromMilliseconds(leftMs);
        return most < left ? most : left;
    }

    private ValueTask FailAsync(SaslRefusal refusal, RequestContext context, CancellationToken cancellationToken)
    {
        NoteFailure(refusal);
        context.CloseAfterwards = CloseReason.AuthenticationFailed;
        return HoldBackAsync(cancellationToken);
    }

    private void NoteFailure(SaslRefusal refusal)
    {
        _services.Metrics.Authenticated(_mechanism, refusal);
        BrokerLog.AuthenticationFailed(_services.Logger, _connection.Id, _connection.RemoteAddress, _connection.Listener.Name, _mechanism, refusal);
    }

    private ValueTask HoldBackAsync(CancellationToken cancellationToken)
    {
        TimeSpan delay = _sasl.Settings.FailureDelay;
        return delay > TimeSpan.Zero ? new ValueTask(Task.Delay(delay, _services.Time, cancellationToken)) : ValueTask.CompletedTask;
    }
}
