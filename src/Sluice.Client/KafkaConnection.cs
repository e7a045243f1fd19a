using System.Collections.Concurrent;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client;

/// <summary>One connection to one broker: requests go out, answers come back to whoever asked.</summary>
/// <remarks>
/// Safe for any number of callers at once: requests are sent in the order of the calls, up to
/// <see cref="KafkaClientOptions.InFlightRequestsMax"/> of them unanswered. A request that times out or is cancelled gives up its answer
/// only; the connection goes on. When the connection breaks, every waiting and every later request fails with the reason.
/// </remarks>
public sealed partial class KafkaConnection : IAsyncDisposable
{
    // What brokers accept here: letters, digits, dots and dashes.
    private const string SoftwareName = "sluice";
    private const string SoftwareVersion = "0.1.0";

    private readonly FrameChannel _channel;
    private readonly KafkaClientOptions _options;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<byte[]>> _pending = new();
    private readonly SemaphoreSlim _inFlightSlots;
    private readonly SemaphoreSlim _sendTurn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _receiving;
    private int _lastCorrelationId;
    private KafkaException? _failure;

    private KafkaConnection(FrameChannel channel, KafkaClientOptions options)
    {
        _channel = channel;
        _options = options;
        _inFlightSlots = new SemaphoreSlim(options.InFlightRequestsMax);
        _receiving = ReceiveAsync(_closing.Token);
    }

    /// <summary>The broker's address, as it was asked for.</summary>
    public BrokerEndpoint Endpoint => _channel.Endpoint;

    /// <summary>False once the connection broke or was disposed; it does not come back.</summary>
    public bool IsOpen => Volatile.Read(ref _failure) is null;

    /// <summary>What the broker says it serves. Empty if the connection was opened without asking.</summary>
    public ApiVersionsResponse Supported { get; private set; } = new();

    /// <summary>Opens a connection, asks the broker which versions it serves, and logs in where the options say who this is.</summary>
    /// <param name="endpoint">The broker.</param>
    /// <param name="options">Null = defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection, to be disposed by the caller.</returns>
    /// <exception cref="KafkaException">Nobody answers there, or not as a Kafka broker would; or the broker refuses the credentials.</exception>
    public static async Task<KafkaConnection> ConnectAsync(
        BrokerEndpoint endpoint,
        KafkaClientOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new KafkaClientOptions();
        FrameChannel channel = await FrameChannel.ConnectAsync(endpoint, options, cancellationToken).ConfigureAwait(false);
        var connection = new KafkaConnection(channel, options);
        try
        {
            await connection.NegotiateAsync(cancellationToken).ConfigureAwait(false);
            if (options.UsesSasl) await connection.AuthenticateAsync(options.RequireSasl(), cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The highest version of an API that both this client and the broker know.</summary>
    /// <param name="key">The API.</param>
    /// <exception cref="KafkaException">There is none: <see cref="ErrorCode.UnsupportedVersion"/>.</exception>
    public short HighestCommonVersion(ApiKey key) => TryGetHighestCommonVersion(key, out short version)
        ? version
        : throw new KafkaException(ErrorCode.UnsupportedVersion, $"{Endpoint} does not serve {key} in a version that this client knows");

    /// <summary>Finds the highest version of an API that both this client and the broker know.</summary>
    /// <param name="key">The API.</param>
    /// <param name="version">The version, or -1.</param>
    /// <returns>False = the broker does not serve the API, or in other versions only.</returns>
    public bool TryGetHighestCommonVersion(ApiKey key, out short version)
    {
        version = -1;
        ApiDescription api = MessageCatalog.Get(key);
        foreach (ApiVersionsResponse.ApiVersion served in Supported.ApiKeys)
        {
            if (served.ApiKey != (short)key) continue;
            short highest = Math.Min(served.MaxVersion, api.HighestStableVersion);
            if (highest < Math.Max(served.MinVersion, api.LowestVersion)) return false;
            version = highest;
            return true;
        }

        return false;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <typeparam name="TResponse">Follows from the request's type.</typeparam>
    /// <param name="request">Written before the method first waits, then the caller's again.</param>
    /// <param name="version">Null = the highest that both sides know.</param>
    /// <param name="cancellationToken">Gives up waiting; the broker may still do what was asked.</param>
    /// <returns>The response, error codes unlooked at. It and the bytes in it are the caller's to keep.</returns>
    /// <exception cref="KafkaException">No common version, no answer in time, or a broken connection.</exception>
    public async Task<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request,
        short? version = null,
        CancellationToken cancellationToken = default)
        where TResponse : class, IResponse, new()
    {
        ArgumentNullException.ThrowIfNull(request);
        ApiDescription api = MessageCatalog.Get(TResponse.ApiKey);
        short chosen = version ?? HighestCommonVersion(api.Key);
        int correlationId = NextCorrelationId();
        byte[] frame = RequestFrame.Write(api, chosen, correlationId, _options.ClientId, request);
        byte[] answer = await ExchangeAsync(frame, correlationId, cancellationToken).ConfigureAwait(false);
        return ReadResponse<TResponse>(answer, api, chosen);
    }

    /// <summary>Sends a request that the broker answers nothing to: Produce without acknowledgement.</summary>
    /// <param name="api">The request's API.</param>
    /// <param name="request">Written before the method first waits, then the caller's again.</param>
    /// <param name="version">Null = the highest that both sides know.</param>
    /// <param name="cancellationToken">Gives up while other requests are being sent; a request whose turn came is sent whole.</param>
    /// <exception cref="KafkaException">No common version, or a broken connection.</exception>
    public Task SendOneWayAsync(ApiKey api, IRequest request, short? version = null, CancellationToken cancellationToken = default)
    {
        short chosen = version ?? HighestCommonVersion(api);
        byte[] frame = RequestFrame.Write(MessageCatalog.Get(api), chosen, NextCorrelationId(), _options.ClientId, request);
        return SendInTurnAsync(frame, cancellationToken);
    }

    /// <summary>Sends a request whose body is already bytes, with a header that fits it, and waits for the answer.</summary>
    /// <param name="api">Any API with a schema.</param>
    /// <param name="version">Any, also one that the broker does not serve.</param>
    /// <param name="body">What follows the request header. Copied.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What followed the response header, the caller's to keep.</returns>
    /// <exception cref="KafkaException">No answer in time, or a broken connection.</exception>
    public async Task<ReadOnlyMemory<byte>> SendBytesAsync(
        ApiKey api,
        short version,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        ApiDescription description = MessageCatalog.Get(api);
        int correlationId = NextCorrelationId();
        byte[] frame = RequestFrame.Write(description, version, correlationId, _options.ClientId, body.Span);
        byte[] answer = await ExchangeAsync(frame, correlationId, cancellationToken).ConfigureAwait(false);
        return answer.AsMemory(RequestFrame.ResponseBodyPosition(answer, description, version));
    }

    /// <summary>Closes the connection; requests that still wait fail.</summary>
    /// <returns>Completes when nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _channel.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _closing.Dispose();
    }

    private int NextCorrelationId() => Interlocked.Increment(ref _lastCorrelationId) & int.MaxValue;
}
