using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Network;
using Sluice.Broker.Quotas;
using Sluice.Metadata;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Requests;

/// <summary>
/// Finds the handler of a frame and runs it: the one place where a request's life is written down.
/// </summary>
/// <remarks>
/// Error policy: an unknown API, a version that is not served and a malformed body close the connection, because the
/// protocol has no answer for them; ApiVersions alone answers a version that is too new, so that clients can step down.
/// A disk that refuses becomes that API's KAFKA_STORAGE_ERROR, a mistake of a handler its UNKNOWN_SERVER_ERROR; both are logged.
/// </remarks>
internal sealed class RequestDispatcher
{
    private readonly ApiHandler?[] _handlers;
    private readonly BrokerMetrics _metrics;
    private readonly ILogger _logger;
    private readonly RequestTelemetry _telemetry;
    private readonly IRequestInterceptor? _interceptor;
    private readonly ClientQuotas _quotas;
    private readonly Func<MetadataImage> _metadata;
    private readonly TimeProvider _time;

    public RequestDispatcher(
        IReadOnlyCollection<ApiHandler> handlers,
        BrokerMetrics metrics,
        RequestTelemetry telemetry,
        ClientQuotas quotas,
        Func<MetadataImage> metadata,
        TimeProvider time,
        ILogger logger,
        IRequestInterceptor? interceptor = null)
    {
        _quotas = quotas;
        _metadata = metadata;
        _time = time;
        _telemetry = telemetry;
        _interceptor = interceptor;
        _handlers = new ApiHandler?[handlers.Max(static handler => (int)handler.ApiKey) + 1];
        foreach (ApiHandler handler in handlers) _handlers[(int)handler.ApiKey] = handler;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Reads the frame's header and body.</summary>
    /// <param name="context">Begun; on success holds header, request and an empty response.</param>
    /// <param name="frame">Lent by the connection until the answer is out.</param>
    /// <param name="handler">The handler to run, when there is something to run.</param>
    /// <returns><see langword="null"/> to go on, else why the connection must close.</returns>
    public CloseReason? Read(RequestContext context, ReadOnlyMemory<byte> frame, out ApiHandler? handler)
    {
        handler = null;
        try
        {
            if (!TryPeek(frame.Span, out short apiKey, out short apiVersion))
            {
                BrokerLog.FrameTooShort(_logger, context.Connection.Id, context.ClientAddress, frame.Length);
                return CloseReason.MalformedRequest;
            }
            MessageReader reader = new(frame, context.Connection.Strings);
            context.ApiKey = (ApiKey)apiKey;
            context.ApiVersion = apiVersion;
            context.ResponseVersion = apiVersion;
            handler = (uint)apiKey < (uint)_handlers.Length ? _handlers[apiKey] : null;
            if (handler is not { IsServed: true }) return Refuse(context, CloseReason.UnsupportedApi);
            bool served = apiVersion >= handler.LowestVersion && apiVersion <= handler.HighestVersion;
            if (!served && context.ApiKey != ApiKey.ApiVersions) return Refuse(context, CloseReason.UnsupportedApi);

            short headerVersion = MessageCatalog.Get(context.ApiKey).RequestHeaderVersion(served ? apiVersion : (short)0);
            if (!served && apiVersion > handler.HighestVersion) headerVersion = 2;
            context.Header.Read(ref reader, headerVersion);
            if (!served)
            {
                // The body of an unknown version must not be read. Version 0 is what every client understands.
                context.ResponseVersion = 0;
                context.Request = new ApiVersionsRequest();
                context.Response = new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion };
                Handlers.ApiVersionsHandler.AddOwnVersions((ApiVersionsResponse)context.Response, handler);
                handler = null;
                return null;
            }
            context.RequestBytes = frame.Length;
            handler.Read(context, ref reader);
            return null;
        }
        catch (WireFormatException malformed)
        {
            BrokerLog.MalformedRequest(_logger, context.Connection.Id, context.ClientAddress, context.ApiKey, context.ApiVersion, malformed.Message);
            return CloseReason.MalformedRequest;
        }
    }

    /// <summary>Runs the handler, or whoever stands before it; whatever goes wrong in the handler is an answer afterwards.</summary>
    public ValueTask RunAsync(ApiHandler handler, RequestContext context, CancellationToken cancellationToken)
    {
        _metrics.RequestReceived(context.ApiKey);
        return _quotas.IsInUse && _interceptor?.IsUnderQuotas(context) != false ? RunMeasuredAsync(handler, context, cancellationToken) : RunUnmeasuredAsync(handler, context, cancellationToken);
    }

    /// <summary>Counts what sending the answer took; for requests that are measured.</summary>
    /// <param name="context">The request.</param>
    /// <param name="startedAt">When encoding began, by the broker's clock.</param>
    public void NoteSending(RequestContext context, long startedAt) => _quotas.AddSending(context, _time.GetElapsedTime(startedAt));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RunMeasuredAsync(ApiHandler handler, RequestContext context, CancellationToken cancellationToken)
    {
        context.Work.Start(_time);
        long startedAt = _time.GetTimestamp();
        ValueTask run = RunUnmeasuredAsync(handler, context, cancellationToken);
        // Up to where the request waits for something. The rest of it, where there is one, is seldom much, and who else ran meanwhile is not known.
        TimeSpan work = _time.GetElapsedTime(startedAt);
        await run.ConfigureAwait(false);
        _quotas.Settle(context, work);
        if (context.ThrottleMs > 0 && context.Response is IThrottledResponse throttled) throttled.ThrottleTimeMs = Math.Max(throttled.ThrottleTimeMs, context.ThrottleMs);
    }

    private ValueTask RunUnmeasuredAsync(ApiHandler handler, RequestContext context, CancellationToken cancellationToken) =>
        _telemetry.IsWanted ? RunObservedAsync(handler, context, cancellationToken) : RunUnobservedAsync(handler, context, cancellationToken);

    // Apart, so that only requests that are looked at pay for the delegate.
    private ValueTask RunObservedAsync(ApiHandler handler, RequestContext context, CancellationToken cancellationToken) =>
        _telemetry.ObserveAsync((observed, token) => RunUnobservedAsync(handler, observed, token), context, cancellationToken);

    private ValueTask RunUnobservedAsync(ApiHandler handler, RequestContext context, CancellationToken cancellationToken) => _interceptor is null
        ? RunHandlerAsync(handler, context, cancellationToken)
        : _interceptor.InterceptAsync(new InterceptedRequest(this, handler, context), cancellationToken);

    /// <summary>Runs the handler itself.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask RunHandlerAsync(ApiHandler handler, RequestContext context, CancellationToken cancellationToken)
    {
        try
        {
            if (handler.Feature is { } feature && _metadata().LevelOf(feature) == 0) handler.Fail(context, ErrorCode.UnsupportedVersion);
            else await handler.HandleAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (RequestRefusedException refusal)
        {
            handler.Fail(context, refusal.Error);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // No mistake of anybody's: a change that could not be stored, a lookup that could not be read. The client may try again.
            BrokerLog.StorageRefused(_logger, context.ApiKey, context.ApiVersion, context.ClientId, refusal.Message);
            if (context.SuppressResponse) context.CloseAfterwards = CloseReason.InternalError;
            else handler.Fail(context, ErrorCode.KafkaStorageError);
        }
#pragma warning disable CA1031 // One request's mistake must not end the connection of a client that did nothing wrong.
        catch (Exception mistake)
#pragma warning restore CA1031
        {
            BrokerLog.HandlerFailed(_logger, mistake, context.ApiKey, context.ApiVersion, context.ClientId);
            if (context.SuppressResponse) context.CloseAfterwards = CloseReason.InternalError;
            else handler.Fail(context, ErrorCode.UnknownServerError);
        }
    }

    /// <summary>Key and version stand at the same place in every header version, and decide which one it is.</summary>
    private static bool TryPeek(ReadOnlySpan<byte> frame, out short apiKey, out short apiVersion)
    {
        apiKey = apiVersion = 0;
        return BinaryPrimitives.TryReadInt16BigEndian(frame, out apiKey)
            && BinaryPrimitives.TryReadInt16BigEndian(frame[sizeof(short)..], out apiVersion);
    }

    private CloseReason Refuse(RequestContext context, CloseReason reason)
    {
        BrokerLog.UnsupportedRequest(_logger, context.Connection.Id, context.ClientAddress, (short)context.ApiKey, context.ApiVersion);
        return reason;
    }
}
