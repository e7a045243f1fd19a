using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using ClientEndpoint = Sluice.Client.BrokerEndpoint;

namespace Sluice.Broker.Tests.Network;

/// <summary>Sound requests of every API, damaged in every way that chance finds: nothing falls, hangs or grows, and nobody else notices.</summary>
/// <remarks><c>SLUICE_SEED</c> repeats a run; <c>SLUICE_LONG_TESTS=1</c> sends ten million frames, to one broker after another, instead of some thousands.</remarks>
[Collection(MemoryMeasured.Name)]
public sealed class MutatedTrafficTests : IDisposable
{
    // Frames sent to one broker in the long run.
    private const int RoundCount = 100_000;

    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1";

    private static readonly string[] s_refusals =
    [
        "MalformedRequest", "UnsupportedApi", "FrameSize", "TlsHandshake", "AuthenticationFailed",
    ];

    private const string User = "fuzz";

    private readonly TestAuthority _authority = new();
    private readonly TemporaryDirectory _files = new();

    [Theory]
    [InlineData("PLAINTEXT", false, 8_000, 7_500_000)]
    [InlineData("SSL", false, 2_000, 500_000)]
    [InlineData("SASL_PLAINTEXT", false, 2_000, 500_000)]
    [InlineData("SASL_PLAINTEXT", true, 2_000, 1_000_000)]
    [InlineData("SASL_SSL", true, 1_000, 500_000)]
    public async Task Damaged_requests_do_no_harm(string protocol, bool isAuthenticated, int count, int longCount)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();
        ITestOutputHelper output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"SLUICE_SEED={seed}");
        using FrameCounter taken = new();
        if (!s_isLong)
        {
            await RunRoundAsync(protocol, isAuthenticated, seed, count);
            output.WriteLine($"{protocol}: {count} frames sent, {taken}");
            return;
        }
        // What sound requests among the damaged ones make is kept, as it should be: topics, groups, rules. So not too much on one broker.
        long startedAt = Stopwatch.GetTimestamp();
        for (int round = 0; taken.Count < longCount; round++)
        {
            await RunRoundAsync(protocol, isAuthenticated, seed + (round * 100), RoundCount);
            output.WriteLine($"{protocol}: {(long)RoundCount * (round + 1)} frames sent to {round + 1} brokers, {taken}, {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:F0} s");
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
    }

    private async Task RunRoundAsync(string protocol, bool isAuthenticated, int seed, int count)
    {
        await using TestBroker broker = await StartAsync(protocol);
        broker.Log.KeptLevel = LogLevel.Error;
        Way way = new(
            new ClientEndpoint("127.0.0.1", broker.Server.Endpoints[1].Address.Port),
            protocol.EndsWith("SSL", StringComparison.Ordinal) ? new KafkaTlsOptions { TrustedCertificates = _authority.Trusted } : null,
            isAuthenticated);
        KafkaConnection ordinary = await broker.ConnectAsync();
        TestTopic precious = await ordinary.CreateTopicAsync("precious");
        TestTopic target = await ordinary.CreateTopicAsync("target", 2);
        await ordinary.AppendAsync(precious, "kept");
        DamagedTraffic traffic = new([.. Samples(ordinary, target)], random => OpenAsync(way, random));
        // A first part takes what is taken once: pools, tables, code.
        await traffic.SendAsync(seed, count / 4);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await traffic.SendAsync(seed + DamagedTraffic.Clients, count - (count / 4));

        // Those who wait for records, or for members of a group, and those who have said nothing, go as well: all of their clients have gone.
        await TestBroker.UntilAsync(() => broker.Server.ConnectionCount == 0 && broker.Server.ReceiveMemoryBytes == 0);
        (await (await broker.ConnectAsync()).ReadAllAsync(precious)).ShouldBe(["kept"]);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64L << 20, $"SLUICE_SEED={seed}");
        string[] mistakes = [.. broker.Log.Errors.Select(static logged => logged.ToString())];
        mistakes.ShouldBeEmpty($"SLUICE_SEED={seed}");
    }

    // Ordinary clients come in by another door than those that do damage.
    private Task<TestBroker> StartAsync(string protocol)
    {
        string keystore = Path.Combine(_files.Path, "broker.pem");
        File.WriteAllText(keystore, TestAuthority.KeystorePem(_authority.Issue("CN=broker")));
        return TestBroker.StartAsync(
            static options => options.Time = TimeProvider.System,
            "listeners=PLAINTEXT://127.0.0.1:0,TARGET://127.0.0.1:0", "advertised.listeners=PLAINTEXT://127.0.0.1:0,TARGET://127.0.0.1:0",
            $"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,TARGET:{protocol}", "ssl.keystore.type=PEM", $"ssl.keystore.location={keystore}",
            "sasl.enabled.mechanisms=PLAIN", "connection.failed.authentication.delay.ms=0",
            $"listener.name.target.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{User}=\"{User}\";",
            "auto.create.topics.enable=false", "sluice.receive.memory.max.bytes=134217728", "connections.max.idle.ms=5000",
            // The clock is the system's, and the records' are of long ago.
            "log.retention.ms=-1");
    }

    private static IEnumerable<byte[]> Samples(KafkaConnection connection, TestTopic topic)
    {
        foreach (ApiVersionsResponse.ApiVersion served in connection.Supported.ApiKeys)
        {
            ApiDescription api = MessageCatalog.Get((ApiKey)served.ApiKey);
            for (short version = Math.Max(served.MinVersion, api.LowestVersion); version <= served.MaxVersion; version++)
                yield return RawConnection.Frame(api.Key, version, RequestSamples.Create(api.Key, version, topic));
        }
    }

    private static async Task<FrameChannel> OpenAsync(Way way, Random random)
    {
        // One in eight does not speak TLS at all where it should.
        bool isEncrypted = way.Tls is not null && random.Next(8) > 0;
        KafkaClientOptions options = new() { ConnectTimeout = TestBroker.Deadline };
        if (isEncrypted) (options.SecurityProtocol, options.Tls) = (SecurityProtocol.Ssl, way.Tls!);
        FrameChannel channel = await FrameChannel.ConnectAsync(way.Endpoint, options, CancellationToken.None);
        if (!way.IsAuthenticated || (way.Tls is not null && !isEncrypted)) return channel;
        RawConnection connection = new(channel);
        (await connection.ExchangeAsync<SaslHandshakeResponse>(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1)).ErrorCode.ShouldBe(ErrorCode.None);
        SaslAuthenticateRequest login = new() { AuthBytes = Encoding.UTF8.GetBytes($"\0{User}\0{User}") };
        (await connection.ExchangeAsync<SaslAuthenticateResponse>(login, 2)).ErrorCode.ShouldBe(ErrorCode.None);
        return channel;
    }

    /// <summary>How those that do damage come in.</summary>
    private sealed record Way(ClientEndpoint Endpoint, KafkaTlsOptions? Tls, bool IsAuthenticated);

    /// <summary>Counts the frames that brokers of this process looked at: requests that they read, and connections that they closed for what they could not read.</summary>
    private sealed class FrameCounter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _readCount;
        private long _refusedCount;

        public FrameCounter()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name is "sluice.broker.requests" or "sluice.broker.connections.closed") listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, measured, tags, _) =>
            {
                if (instrument.Name == "sluice.broker.requests")
                {
                    // Most of these are sound: they open the way for the others.
                    if (!((string)tags[0].Value!).StartsWith("Sasl", StringComparison.Ordinal)) Interlocked.Add(ref _readCount, measured);
                }
                else if (s_refusals.Contains((string)tags[0].Value!)) Interlocked.Add(ref _refusedCount, measured);
            });
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _readCount) + Interlocked.Read(ref _refusedCount);

        public void Dispose() => _listener.Dispose();

        public override string ToString() => $"{_readCount} read and {_refusedCount} refused by closing the connection";
    }
}
