using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Fetching;
using Sluice.Broker.Network.Transports;
using Sluice.Broker.Requests;
using Sluice.Broker.Security;
using Sluice.Broker.Security.Sasl;
using Sluice.Broker.Security.Tls;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Transfer;

namespace Sluice.Broker.Network;

/// <summary>
/// One client connection: receives a request, has it handled, sends the answer, and only then looks at the next.
/// </summary>
/// <remarks>
/// That order is the protocol's promise that answers keep the order of requests; a client that pipelines has its next
/// requests waiting in the socket. Life cycle: <see cref="RunAsync"/> once, which ends with everything released. The
/// loop is the only thread here; <see cref="Abort"/> and the readers of <see cref="LastActiveTimestamp"/> may be any.
/// Error policy: what the client did wrong ends this connection with one log line, and nothing else.
/// </remarks>
internal sealed class Connection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly ConnectionServices _services;
    private readonly FrameAssembler _frames;
    private readonly ResponseEncoder _encoder = new();
    private readonly WokenFetches _woken = new();
    private readonly TlsServer? _tls;
    private readonly CancellationTokenSource _abort;
    private ConnectionTransport? _transport;
    private ArrivingBatch? _arriving;
    private CloseReason? _abortReason;
    private long _lastActiveTimestamp;

    public Connection(long id, Socket socket, ListenerEndpoint listener, TlsServer? tls, ConnectionServices services, CancellationToken stopping)
    {
        Id = id;
        _tls = tls;
        Listener = listener;
        _socket = socket;
        _services = services;
        IPEndPoint remote = (IPEndPoint)socket.RemoteEndPoint!;
        (RemoteAddress, RemotePort) = (remote.Address, remote.Port);
        _frames = new FrameAssembler(services.ReceiveMemory, services.RequestBytesMax);
        _abort = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _lastActiveTimestamp = services.Time.GetTimestamp();
        Access = new ConnectionAccess(services.Access, RemoteAddress);
        Context = new RequestContext(this);
        if (!listener.Protocol.UsesSasl) return;
        Sasl = new SaslGate(this, services.Sasl.Get(listener.Name), services);
        _frames.FrameBytesMax = Math.Min(services.RequestBytesMax, Sasl.ReceiveBytesMax);
    }

    /// <summary>Number of this connection since the broker started.</summary>
    public long Id { get; }

    /// <summary>The listener that accepted it.</summary>
    public ListenerEndpoint Listener { get; }

    /// <summary>Address of the client.</summary>
    public IPAddress RemoteAddress { get; }

    /// <summary>Port of the client.</summary>
    public int RemotePort { get; }

    /// <summary>Decides which requests pass where clients authenticate by SASL; null elsewhere.</summary>
    public SaslGate? Sasl { get; }

    /// <summary>The name of the client's software as it said by ApiVersions (KIP-511); empty if it did not.</summary>
    public string SoftwareName { get; set; } = "";

    /// <summary>The version of the client's software as it said by ApiVersions (KIP-511); empty if it did not.</summary>
    public string SoftwareVersion { get; set; } = "";

    /// <summary>Who the client is; <see cref="KafkaPrincipal.Anonymous"/> until it is known.</summary>
    public KafkaPrincipal Principal { get; set; } = KafkaPrincipal.Anonymous;

    /// <summary>Whether the client authenticated by a delegation token, which must not make further tokens.</summary>
    public bool IsTokenAuthenticated { get; set; }

    /// <summary>Topic names and client ids seen on this connection, so that repeating them allocates nothing.</summary>
    public StringCache Strings { get; } = new();

    /// <summary>What the client may do.</summary>
    public ConnectionAccess Access { get; }

    /// <summary>The request being handled.</summary>
    public RequestContext Context { get; }

    /// <summary>When bytes last came in or an answer went out, by the broker's clock.</summary>
    public long LastActiveTimestamp => Volatile.Read(ref _lastActiveTimestamp);

    /// <summary>Bytes of an unfinished request that this connection makes the broker hold.</summary>
    public int PendingBytes => _frames.PendingBytes;

    /// <summary>Whether the broker does not receive because its receive memory is used up: the client is not to blame for standing still.</summary>
    public bool WaitsForMemory { get; private set; }

    /// <summary>Whether a request is being handled, as opposed to being waited for.</summary>
    public bool IsHandling { get; private set; }

    /// <summary>Whether the client has closed its side; to be asked while a request is handled.</summary>
    public bool IsClientGone => PeerState.IsGone(_socket);

    /// <summary>Serves the connection until it ends.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<CloseReason> RunAsync()
    {
        CancellationToken cancellationToken = _abort.Token;
        try
        {
            if (await OpenAsync(cancellationToken).ConfigureAwait(false) is { } refusal) return refusal;
            ConnectionTransport transport = _transport!;
            while (true)
            {
                if (Context.ThrottleMs > 0 && !await WaitMutedAsync(cancellationToken).ConfigureAwait(false)) return CloseReason.ClientClosed;
                FrameStatus status = _frames.TryTakeFrame(out Memory<byte> frame);
                if (status == FrameStatus.Complete)
                {
                    _arriving?.EndFrame();
                    IsHandling = true;
                    CloseReason? close = await ServeAsync(frame, arriving: null, cancellationToken).ConfigureAwait(false);
                    IsHandling = false;
                    Touch();
                    if (close is { } reason) return reason;
                    continue;
                }
                if (status == FrameStatus.SizeRefused)
                {
                    BrokerLog.FrameSizeRefused(_services.Logger, Id, RemoteAddress, _frames.RefusedSize, _frames.FrameBytesMax);
                    return CloseReason.FrameSize;
                }

                Memory<byte> space;
                while (!_frames.TryGetReceiveSpace(out space))
                {
                    WaitsForMemory = true;
                    await _services.MakeReceiveMemoryAsync(this, cancellationToken).ConfigureAwait(false);
                }
                if (WaitsForMemory)
                {
                    // In this order: the time that the wait took is the broker's.
                    Touch();
                    WaitsForMemory = false;
                }
                if (_arriving is not null && Sasl is null or { IsOpen: true })
                {
                    Memory<byte> unfinished = _frames.PeekUnfinishedFrame(out int begunBytes);
                    if (_arriving.TryBegin(unfinished, begunBytes))
                    {
                        if (await ServeArrivingAsync(_arriving, cancellationToken).ConfigureAwait(false) is { } reason) return reason;
                        continue;
                    }
                    // The next request is to be received from its beginning on, or too much of it would be here.
                    if (!unfinished.IsEmpty) space = space[..(unfinished.Length - begunBytes)];
                }
                int receivedBytes = await transport.ReceiveAsync(space, cancellationToken).ConfigureAwait(false);
                if (receivedBytes == 0) return _frames.PendingBytes == 0 ? CloseReason.ClientClosed : CloseReason.ClientVanished;
                _frames.Commit(receivedBytes);
                Touch();
            }
        }
        catch (OperationCanceledException)
        {
            return _abortReason ?? CloseReason.Shutdown;
        }
        catch (ObjectDisposedException)
        {
            return _abortReason ?? CloseReason.Shutdown;
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return _abortReason ?? CloseReason.ClientVanished;
        }
    }

    /// <summary>Ends the connection from outside; the loop returns <paramref name="reason"/>.</summary>
    public void Abort(CloseReason reason)
    {
        _abortReason ??= reason;
        try
        {
            _abort.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in this moment, which is what was wanted.
        }
    }

    /// <summary>Called when the client proved who it is.</summary>
    public void Authenticated(SaslIdentity identity)
    {
        Principal = identity.Principal;
        IsTokenAuthenticated = identity.IsToken;
        _frames.FrameBytesMax = _services.RequestBytesMax;
    }

    public async ValueTask DisposeAsync()
    {
        Sasl?.Dispose();
        if (_transport is not null) await _transport.DisposeAsync().ConfigureAwait(false);
        _arriving?.Dispose();
        _socket.Dispose();
        Context.Fetch?.Dispose();
        Context.ShareFetch?.Dispose();
        _frames.Dispose();
        _encoder.Dispose();
        _abort.Dispose();
    }

    /// <summary>Makes the way in and out: where the listener encrypts, after shaking hands within a time limit.</summary>
    /// <returns>Null once it is open, else why it is not.</returns>
    private async ValueTask<CloseReason?> OpenAsync(CancellationToken cancellationToken)
    {
        if (_tls is null)
        {
            _transport = new PlainTransport(_socket, _services);
            if (_services.ReceivesIntoLog) _arriving = new ArrivingBatch(_socket, Strings, _services.Time);
            return null;
        }
        using CancellationTokenSource limit = new(_services.AuthenticationTimeout, _services.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            _transport = await _tls.AcceptAsync(_socket, _services, either.Token).ConfigureAwait(false);
            Principal = _transport.Principal;
            Touch();
            return null;
        }
        catch (AuthenticationException refusal)
        {
            BrokerLog.HandshakeRefused(_services.Logger, Id, RemoteAddress, Listener.Name, (refusal.InnerException ?? refusal).Message);
            return CloseReason.TlsHandshake;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            BrokerLog.HandshakeRefused(_services.Logger, Id, RemoteAddress, Listener.Name, "it took too long");
            return CloseReason.TlsHandshake;
        }
    }

    /// <summary>Waits until the quota that the last request exceeded is kept again.</summary>
    /// <returns>False if the client has gone meanwhile.</returns>
    private async ValueTask<bool> WaitMutedAsync(CancellationToken cancellationToken)
    {
        TimeSpan duration = TimeSpan.FromMilliseconds(Context.ThrottleMs);
        Context.Begin();
        // Requests that are here already are served, also for a client that says that they are the last.
        return await ConnectionMute.WaitAsync(_socket, duration, _services.Time, cancellationToken).ConfigureAwait(false) || PendingBytes > 0;
    }

    private void Touch() => Volatile.Write(ref _lastActiveTimestamp, _services.Time.GetTimestamp());

    /// <summary>Serves a request of which only the beginning was received, if all of it has arrived and the handler takes it so; else receives it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CloseReason?> ServeArrivingAsync(ArrivingBatch arriving, CancellationToken cancellationToken)
    {
        CloseReason? close = null;
        if (await arriving.IsThereAsync(cancellationToken).ConfigureAwait(false))
        {
            IsHandling = true;
            close = await ServeAsync(arriving.Frame, arriving, cancellationToken).ConfigureAwait(false);
            IsHandling = false;
        }
        if (arriving.IsTaken) _frames.DropUnfinishedFrame();
        else _frames.Commit(arriving.TakenBackBytes);
        Touch();
        return close;
    }

    // Pooled, as are the methods that it waits for: what a request that waits allocates is mostly their state.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CloseReason?> ServeAsync(Memory<byte> frame, ArrivingBatch? arriving, CancellationToken cancellationToken)
    {
        if (Sasl is { ExpectsMessage: true }) return await ServeSaslMessageAsync(Sasl, frame, cancellationToken).ConfigureAwait(false);
        if (Sasl?.Admit(frame.Span) is { } illegal) return illegal;
        Context.Begin();
        CloseReason? refusal = _services.Dispatcher.Read(Context, frame, out ApiHandler? handler);
        if (refusal is not null) return refusal;
        try
        {
            if (_services.SocketsCompleteInline && handler is not null && (arriving is not null || !handler.RunsOnSocketThread(Context)))
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (arriving is not null && !arriving.TryTakeIn(Context, handler)) return null;
            if (handler is not null && Sasl is { } gate && !gate.Allows(Context.ApiKey))
                await gate.RefuseAsync(handler, Context, cancellationToken).ConfigureAwait(false);
            else if (handler is not null)
                await HandleAsync(handler, cancellationToken).ConfigureAwait(false);
            Sasl?.Answered(Context);
            if (Context.SuppressResponse) return Context.CloseAfterwards;
            long sendingAt = Context.Work.IsMeasured ? _services.Time.GetTimestamp() : 0;
            _encoder.Encode(Context);
            ValueTask sending = _transport!.Channel.SendAsync(_encoder.Frame, cancellationToken);
            if (Context.Work.IsMeasured) _services.Dispatcher.NoteSending(Context, sendingAt);
            _woken.Run();
            await sending.ConfigureAwait(false);
            return Context.CloseAfterwards;
        }
        catch (TransferException failure)
        {
            return ReasonOf(failure);
        }
        finally
        {
            _encoder.Clear();
            handler?.Release(Context);
            Context.End();
            _woken.Run();
        }
    }

    /// <summary>Runs the handler. Fetches that it wakes go on when its answer is out, or as soon as it has to wait for something.</summary>
    private ValueTask HandleAsync(ApiHandler handler, CancellationToken cancellationToken)
    {
        _woken.Begin();
        ValueTask run;
        try
        {
            run = _services.Dispatcher.RunAsync(handler, Context, cancellationToken);
        }
        finally
        {
            WokenFetches.End();
        }
        if (!run.IsCompleted) _woken.Run();
        return run;
    }

    private CloseReason ReasonOf(TransferException failure)
    {
        CloseReason reason = failure.Reason switch
        {
            TransferFailure.PeerClosed => CloseReason.ClientVanished,
            TransferFailure.Stalled => CloseReason.SendStalled,
            _ => CloseReason.SendFailed,
        };
        if (reason == CloseReason.SendFailed) BrokerLog.SendFailed(_services.Logger, failure, Id, RemoteAddress, Context.ApiKey);
        return reason;
    }

    private async ValueTask<CloseReason?> ServeSaslMessageAsync(SaslGate gate, Memory<byte> message, CancellationToken cancellationToken)
    {
        byte[]? reply = await gate.NextRawAsync(message, cancellationToken).ConfigureAwait(false);
        if (reply is null) return CloseReason.AuthenticationFailed;
        try
        {
            _encoder.EncodeBytes(reply);
            await _transport!.Channel.SendAsync(_encoder.Frame, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (TransferException failure)
        {
            return ReasonOf(failure);
        }
        finally
        {
            _encoder.Clear();
        }
    }
}
