using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Sluice.Broker.Security.Sasl;

/// <summary>Keeps the keys of token issuers (RFC 7517), read from a file or an address again and again.</summary>
/// <remarks>
/// Life cycle: <see cref="StartAsync"/>, <see cref="DisposeAsync"/>. While a look fails, the keys of the last one count. A key that nobody knows makes the next
/// look come sooner, but not more often than every <see cref="SoonerAfter"/>, whatever clients send.
/// </remarks>
internal sealed class JwksSource : ISigningKeys, IAsyncDisposable
{
    /// <summary>Most bytes of a set of keys.</summary>
    private const int SetBytesMax = 1 << 20;

    private static readonly TimeSpan SoonerAfter = TimeSpan.FromSeconds(10);

    private readonly JwksSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient? _http;
    private readonly CancellationTokenSource _stopping = new();
    private volatile IReadOnlyList<SecurityKey> _keys = [];
    private volatile TaskCompletionSource _wanted = NewSignal();
    private long _lookedAt;
    private Task _running = Task.CompletedTask;

    private JwksSource(JwksSettings settings, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _time = time;
        _logger = logger;
        if (settings.Address.IsFile) return;
        SocketsHttpHandler handler = new() { ConnectTimeout = settings.ConnectTimeout, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { MaxResponseContentBufferSize = SetBytesMax, Timeout = settings.ReadTimeout };
    }

    /// <summary>Reads the keys, and goes on doing so.</summary>
    /// <exception cref="BrokerStartException">It is a file, and there are no keys in it. An address may answer later.</exception>
    public static async Task<JwksSource> StartAsync(JwksSettings settings, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        JwksSource source = new(settings, time, logger);
        bool isThere = await source.TryLookAsync(cancellationToken).ConfigureAwait(false);
        if (!isThere && settings.Address.IsFile)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw new BrokerStartException($"no signing keys can be read from {settings.Address}; it must be a JSON Web Key Set with a key for signatures");
        }
        source._running = source.RunAsync(isThere, source._stopping.Token);
        return source;
    }

    public IReadOnlyList<SecurityKey> Find(string? keyId)
    {
        IReadOnlyList<SecurityKey> keys = _keys;
        if (string.IsNullOrEmpty(keyId)) return keys;
        SecurityKey[] found = [.. keys.Where(key => key.KeyId == keyId)];
        if (found.Length == 0 && _time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= SoonerAfter) _wanted.TrySetResult();
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _http?.Dispose();
        _stopping.Dispose();
    }

    // Ends with the token.
    private async Task RunAsync(bool isThere, CancellationToken cancellationToken)
    {
        TimeSpan backoff = _settings.RetryBackoff;
        try
        {
            while (true)
            {
                await WaitAsync(isThere ? _settings.Refresh : backoff, cancellationToken).ConfigureAwait(false);
                if (isThere) backoff = _settings.RetryBackoff;
                else backoff = backoff + backoff < _settings.RetryBackoffMax ? backoff + backoff : _settings.RetryBackoffMax;
                isThere = await TryLookAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await _wanted.Task.WaitAsync(pause, _time, cancellationToken).ConfigureAwait(false);
            // In this order: who looks for a key from here on does not want yet another look.
            Volatile.Write(ref _lookedAt, _time.GetTimestamp());
            _wanted = NewSignal();
        }
        catch (TimeoutException)
        {
            // The usual case: nobody wanted it sooner.
        }
    }

    private async Task<bool> TryLookAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lookedAt, _time.GetTimestamp());
        try
        {
            string text = _http is null ? ReadFile(_settings.Address.LocalPath) : await _http.GetStringAsync(_settings.Address, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<SecurityKey> keys = [.. new JsonWebKeySet(text).GetSigningKeys()];
            if (keys.Count == 0) throw new InvalidDataException("there is no key for signatures in it");
            _keys = keys;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or HttpRequestException or InvalidDataException or ArgumentException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            BrokerLog.SigningKeysNotRead(_logger, _settings.Address, failure.Message);
            return false;
        }
    }

    private static string ReadFile(string path)
    {
        FileInfo file = new(path);
        if (file.Exists && file.Length > SetBytesMax) throw new InvalidDataException($"it is larger than {SetBytesMax} bytes");
        return File.ReadAllText(path);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
