using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sluice.Client;
using Sluice.Metadata.Configs;
using ClientEndpoint = Sluice.Client.BrokerEndpoint;

namespace Sluice.Broker.Tests.Support;

/// <summary>
/// A broker of one test: in its own directory, on a free port, with a clock that stands still until the test moves it.
/// </summary>
/// <remarks>
/// Disposing stops the broker, removes the directory, and fails if the broker logged an error that the test did not announce by
/// <see cref="ExpectErrors"/>: a handler's mistake is an answer to the client, and would pass unnoticed otherwise.
/// </remarks>
internal sealed class TestBroker : IAsyncDisposable
{
    /// <summary>Where the clock begins, in Unix milliseconds; what <see cref="Batches"/> stamps records with.</summary>
    public const long StartMs = 1_700_000_000_000;

    /// <summary>Longest wait for anything, on a machine that has other things to do.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory? _ownDirectory;
    private readonly string[] _settings;
    private readonly Action<BrokerOptions>? _adjust;
    private readonly List<IAsyncDisposable> _clients = [];
    private BrokerServer? _server;
    private bool _expectsErrors;

    private TestBroker(TemporaryDirectory? ownDirectory, string dataDirectory, string[] settings, Action<BrokerOptions>? adjust)
    {
        _adjust = adjust;
        _ownDirectory = ownDirectory;
        DataDirectory = dataDirectory;
        _settings = settings;
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));

    public TestLog Log { get; } = new();

    public string DataDirectory { get; }

    public BrokerServer Server => _server ?? throw new InvalidOperationException("The broker is stopped.");

    public ClientEndpoint Endpoint => new("127.0.0.1", Server.Endpoints[0].Address.Port);

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Starts a broker in a directory of its own.</summary>
    /// <param name="settings">As <c>name=value</c>.</param>
    public static Task<TestBroker> StartAsync(params string[] settings) => StartAsync(adjust: null, settings);

    /// <summary>Starts a broker in a directory of its own.</summary>
    /// <param name="adjust">Sets what is no setting; at restarts too.</param>
    /// <param name="settings">As <c>name=value</c>.</param>
    public static async Task<TestBroker> StartAsync(Action<BrokerOptions>? adjust, params string[] settings)
    {
        TemporaryDirectory directory = new();
        TestBroker broker = new(directory, Path.Combine(directory.Path, "data"), settings, adjust);
        await broker.StartServerAsync();
        return broker;
    }

    /// <summary>Starts a broker in a directory that the caller removes.</summary>
    public static async Task<TestBroker> StartInAsync(string dataDirectory, params string[] settings)
    {
        TestBroker broker = new(ownDirectory: null, dataDirectory, settings, adjust: null);
        await broker.StartServerAsync();
        return broker;
    }

    /// <summary>Options for a broker on a free port of the loopback address.</summary>
    public static BrokerOptions Options(string dataDirectory, params string[] settings)
    {
        List<ConfigEntry> entries = [new("listeners", "PLAINTEXT://127.0.0.1:0", "test"), new("log.dir", dataDirectory, "test")];
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            entries.Add(new ConfigEntry(setting[..equals], setting[(equals + 1)..], "test"));
        }
        return new BrokerOptions { Config = StaticConfig.Create(entries) };
    }

    /// <summary>Opens a connection that the broker's end closes.</summary>
    /// <param name="clientId">What it calls itself.</param>
    /// <param name="adjust">Sets further options, such as TLS.</param>
    public async Task<KafkaConnection> ConnectAsync(string clientId = "test", Action<KafkaClientOptions>? adjust = null)
    {
        KafkaClientOptions options = new() { ClientId = clientId, RequestTimeout = Deadline, ConnectTimeout = Deadline, InFlightRequestsMax = 1000 };
        adjust?.Invoke(options);
        KafkaConnection connection = await KafkaConnection.ConnectAsync(Endpoint, options);
        lock (_clients) _clients.Add(connection);
        return connection;
    }

    /// <summary>Opens a connection for bytes that no client would send.</summary>
    public async Task<RawConnection> ConnectRawAsync()
    {
        FrameChannel channel = await FrameChannel.ConnectAsync(Endpoint, new KafkaClientOptions { ConnectTimeout = Deadline }, CancellationToken.None);
        RawConnection connection = new(channel);
        lock (_clients) _clients.Add(connection);
        return connection;
    }

    /// <summary>Allows the broker to log errors in this test.</summary>
    public void ExpectErrors() => _expectsErrors = true;

    /// <summary>Stops the broker and starts another on the same directory. Connections are gone afterwards; the clock goes on.</summary>
    /// <param name="between">What happens to the directory meanwhile.</param>
    public async Task RestartAsync(Action? between = null)
    {
        await StopAsync();
        between?.Invoke();
        await StartServerAsync();
    }

    /// <summary>Stops the broker, which must not take long, whatever its clients do.</summary>
    public async Task StopAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        await server.DisposeAsync().AsTask().WaitAsync(Deadline);
    }

    /// <summary>Waits for something that comes by itself, and that nothing tells of.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!condition()) await Task.Delay(1, deadline.Token);
    }

    /// <summary>Waits until a fetch is parked beside the <paramref name="before"/> that were.</summary>
    public Task UntilParkedAsync(int before = 0) => UntilAsync(() => Server.WaitingFetchCount > before);

    /// <summary>Moves the clock in steps until something is so, looking at it between the steps.</summary>
    public async Task AdvanceUntilAsync(TimeSpan step, Func<Task<bool>> condition)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!await condition())
        {
            deadline.IsCancellationRequested.ShouldBeFalse("the clock was moved again and again, and nothing happened");
            Time.Advance(step);
            // Timers fire in Advance; what they started runs on the thread pool, and begins its next delay there.
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (IAsyncDisposable client in _clients) await client.DisposeAsync();
            await StopAsync();
        }
        finally
        {
            _ownDirectory?.Dispose();
        }
        if (!_expectsErrors) Log.Errors.ShouldBeEmpty();
    }

    private async Task StartServerAsync()
    {
        BrokerOptions options = Options(DataDirectory, _settings);
        options.Time = Time;
        options.LoggerFactory = Log;
        _adjust?.Invoke(options);
        _server = await BrokerServer.StartAsync(options).WaitAsync(Deadline);
    }
}
