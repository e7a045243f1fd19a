using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client;

public sealed partial class KafkaConnection
{
    // The answer to an ApiVersions request in an unknown version is written as version 0, whose first field is the error code.
    private async Task NegotiateAsync(CancellationToken cancellationToken)
    {
        ApiDescription api = MessageCatalog.Get(ApiKey.ApiVersions);
        short version = api.HighestVersion;
        while (true)
        {
            var request = new ApiVersionsRequest { ClientSoftwareName = SoftwareName, ClientSoftwareVersion = SoftwareVersion };
            int correlationId = NextCorrelationId();
            byte[] frame = RequestFrame.Write(api, version, correlationId, _options.ClientId, request);
            byte[] answer = await ExchangeAsync(frame, correlationId, cancellationToken).ConfigureAwait(false);
            bool isRefused = answer.Length >= sizeof(int) + sizeof(short)
                && BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(sizeof(int))) == (short)ErrorCode.UnsupportedVersion;
            Supported = ReadResponse<ApiVersionsResponse>(answer, api, isRefused ? (short)0 : version);
            if (!isRefused) break;
            if (version == 0 || !TryGetHighestCommonVersion(ApiKey.ApiVersions, out short common) || common >= version) common = 0;
            version = common;
        }

        if (Supported.ErrorCode != ErrorCode.None) throw KafkaException.FromResponse(Supported.ErrorCode, subject: Endpoint.ToString());
    }

    private Task<byte[]> ExchangeAsync(byte[] frame, int correlationId, CancellationToken cancellationToken) =>
        ExchangeAsync(frame, correlationId, holdsTurn: false, cancellationToken);

    private async Task<byte[]> ExchangeAsync(byte[] frame, int correlationId, bool holdsTurn, CancellationToken cancellationToken)
    {
        await TakeSlotAsync(cancellationToken).ConfigureAwait(false);
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[correlationId] = answer;
        try
        {
            await (holdsTurn ? SendNowAsync(frame) : SendInTurnAsync(frame, cancellationToken)).ConfigureAwait(false);
        }
        catch
        {
            if (_pending.TryRemove(correlationId, out _)) _inFlightSlots.Release();
            throw;
        }

        // Looked at after the answer was registered: whoever finds the connection broken sets the failure first, then fails what is registered.
        if (Volatile.Read(ref _failure) is { } failure) answer.TrySetException(failure);
        try
        {
            return await answer.Task.WaitAsync(_options.RequestTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw TimedOut(exception);
        }
    }

    private async ValueTask TakeSlotAsync(CancellationToken cancellationToken)
    {
        if (_inFlightSlots.Wait(0, CancellationToken.None)) return;
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _inFlightSlots.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(exception);
        }
    }

    // Once begun, a frame is sent to its end: half a frame would spoil the connection for everyone.
    private async Task SendInTurnAsync(byte[] frame, CancellationToken cancellationToken)
    {
        await _sendTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsSessionEnding) await AuthenticateAgainAsync(_options.RequireSasl()).ConfigureAwait(false);
            await SendNowAsync(frame).ConfigureAwait(false);
        }
        finally
        {
            _sendTurn.Release();
        }
    }

    private async Task SendNowAsync(byte[] frame)
    {
        try
        {
            if (Volatile.Read(ref _failure) is { } failure) throw Again(failure);
            ValueTask sending = _channel.SendAsync(frame, CancellationToken.None);
            if (!sending.IsCompletedSuccessfully)
            {
                await sending.AsTask().WaitAsync(_options.RequestTimeout, _options.TimeProvider, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (TimeoutException exception)
        {
            KafkaException timedOut = TimedOut(exception);
            Fail(timedOut);
            throw timedOut;
        }
        catch (KafkaException exception)
        {
            Fail(exception);
            throw;
        }
    }

    // Runs from the connection's first moment until it breaks or is disposed; never throws.
    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                byte[] frame = await _channel.ReceiveFrameAsync(cancellationToken).ConfigureAwait(false)
                    ?? throw new KafkaException(ErrorCode.NetworkException, $"{Endpoint} closed the connection");
                int correlationId = frame.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32BigEndian(frame);
                if (!_pending.TryRemove(correlationId, out TaskCompletionSource<byte[]>? answer))
                {
                    throw new KafkaException(ErrorCode.NetworkException, $"{Endpoint} answered a request that was never sent; it may not be a Kafka broker");
                }

                _inFlightSlots.Release();
                answer.TrySetResult(frame);
            }
        }
        catch (OperationCanceledException)
        {
            Fail(new KafkaException(ErrorCode.NetworkException, $"the connection to {Endpoint} was closed here"));
        }
        catch (KafkaException exception)
        {
            Fail(cancellationToken.IsCancellationRequested
                ? new KafkaException(ErrorCode.NetworkException, $"the connection to {Endpoint} was closed here")
                : exception);
        }
    }

    private void Fail(KafkaException failure)
    {
        failure = Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
        foreach (int correlationId in _pending.Keys)
        {
            if (!_pending.TryRemove(correlationId, out TaskCompletionSource<byte[]>? answer)) continue;
            _inFlightSlots.Release();

            // Whoever asked may be gone; then nobody looks at the exception, and that is fine.
            if (answer.TrySetException(Again(failure))) _ = answer.Task.Exception;
        }
    }

    private TResponse ReadResponse<TResponse>(byte[] answer, ApiDescription api, short version)
        where TResponse : class, IResponse, new()
    {
        var response = new TResponse();
        try
        {
            var reader = new MessageReader(answer.AsMemory(RequestFrame.ResponseBodyPosition(answer, api, version)));
            response.Read(ref reader, version);
            return response;
        }
        catch (WireFormatException exception)
        {
            string message = $"{Endpoint} answered {api.Name} version {version} with bytes that are no such answer: {exception.Message}";
            throw new KafkaException(ErrorCode.UnknownServerError, message, exception);
        }
    }

    private KafkaException TimedOut(Exception inner) =>
        new(ErrorCode.RequestTimedOut, $"{Endpoint} did not answer within {_options.RequestTimeout.TotalSeconds:0.#} s", inner);

    // One exception object per caller: a shared one would collect the stack traces of all.
    private static KafkaException Again(KafkaException failure) => new(failure.Error, failure.Message, failure);
}
