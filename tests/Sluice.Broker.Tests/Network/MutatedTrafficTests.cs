using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using ClientEndpoint = Sluice.Client.BrokerEndpoint;

namespace Sluice.Broker.Tests.Network;

/// <summary>Sound requests of every API, damaged in every way that chance finds: nothing falls, hangs or grows, and nobody else notices.</summary>
/// <remarks><c>SLUICE_SEED</c> repeats a run; <c>SLUICE_LONG_TESTS=1</c> sends ten million frames instead of some thousands.</remarks>
public sealed class MutatedTrafficTests : IDisposable
{
    private const int Clients = 4;

    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1";
    private static readonly int[] s_lyingNumbers = [-1, 0, 1, 2, 127, 128, 255, 256, 32_767, 65_536, 1 << 20, int.MaxValue, int.MinValue];

    private const string User = "fuzz";

    private readonly TestAuthority _authority = new();
    private readonly TemporaryDirectory _files = new();

    [Theory]
    [InlineData("PLAINTEXT", false, 8_000)]
    [InlineData("SSL", false, 2_000)]
    [InlineData("SASL_PLAINTEXT", false, 2_000)]
    [InlineData("SASL_PLAINTEXT", true, 2_000)]
    [InlineData("SASL_SSL", true, 1_000)]
    public async Task Damaged_requests_do_no_harm(string protocol, bool isAuthenticated, int count)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"SLUICE_SEED={seed}");
        await using TestBroker broker = await StartAsync(protocol);
        Way way = new(
            new ClientEndpoint("127.0.0.1", broker.Server.Endpoints[1].Address.Port),
            protocol.EndsWith("SSL", StringComparison.Ordinal) ? new KafkaTlsOptions { TrustedCertificates = _authority.Trusted } : null,
            isAuthenticated);
        KafkaConnection ordinary = await broker.ConnectAsync();
        TestTopic precious = await ordinary.CreateTopicAsync("precious");
        TestTopic target = await ordinary.CreateTopicAsync("target", 2);
        await ordinary.AppendAsync(precious, "kept");
        List<byte[]> samples = [.. Samples(ordinary, target)];
        if (s_isLong) count *= 10_000_000 / 15_000;
        // A first part takes what is taken once: pools, tables, code.
        await SendAsync(way, samples, seed, count / 4);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await SendAsync(way, samples, seed + Clients, count - (count / 4));

        // Those who wait for records, or for members of a group, and those who have said nothing, go as well: all of their clients have gone.
        await TestBroker.UntilAsync(() => broker.Server.ConnectionCount == 0 && broker.Server.ReceiveMemoryBytes == 0);
        (await (await broker.ConnectAsync()).ReadAllAsync(precious)).ShouldBe(["kept"]);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64L << 20);
        string[] mistakes = [.. broker.Log.Errors.Select(static logged => logged.ToString())];
        mistakes.ShouldBeEmpty($"SLUICE_SEED={seed}");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
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
            "auto.create.topics.enable=false", "sluice.receive.memory.max.bytes=134217728", "connections.max.idle.ms=2000");
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

    private static Task SendAsync(Way way, List<byte[]> samples, int seed, int count) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => RunClientAsync(way, samples, new Random(seed + client), count / Clients))));

    private static async Task RunClientAsync(Way way, List<byte[]> samples, Random random, int count)
    {
        int sentCount = 0;
        while (sentCount < count)
        {
            await using RawConnection connection = await OpenAsync(way, random);
            // Many frames at once, answers left unread: then the connection is dropped, whatever state it is in.
            int frames = random.Next(1, 12);
            for (int i = 0; i < frames; i++) await connection.SendAsync(Damage(samples[random.Next(samples.Count)], random));
            sentCount += frames;
            if (random.Next(4) == 0) connection.CloseSending();
            if (random.Next(2) == 0) await Task.WhenAny(connection.ReceiveAsync(), Task.Delay(20));
        }
    }

    private static async Task<RawConnection> OpenAsync(Way way, Random random)
    {
        // One in eight does not speak TLS at all where it should.
        bool isEncrypted = way.Tls is not null && random.Next(8) > 0;
        KafkaClientOptions options = new() { ConnectTimeout = TestBroker.Deadline };
        if (isEncrypted) (options.SecurityProtocol, options.Tls) = (SecurityProtocol.Ssl, way.Tls!);
        RawConnection connection = new(await FrameChannel.ConnectAsync(way.Endpoint, options, CancellationToken.None));
        if (!way.IsAuthenticated || (way.Tls is not null && !isEncrypted)) return connection;
        (await connection.ExchangeAsync<SaslHandshakeResponse>(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1)).ErrorCode.ShouldBe(ErrorCode.None);
        SaslAuthenticateRequest login = new() { AuthBytes = Encoding.UTF8.GetBytes($"\0{User}\0{User}") };
        (await connection.ExchangeAsync<SaslAuthenticateResponse>(login, 2)).ErrorCode.ShouldBe(ErrorCode.None);
        return connection;
    }

    /// <summary>A frame with its size, of which something is wrong.</summary>
    private static byte[] Damage(byte[] sample, Random random)
    {
        byte[] frame = [.. sample];
        for (int wounds = random.Next(1, 4); wounds > 0; wounds--)
        {
            int index = random.Next(frame.Length);
            switch (random.Next(7))
            {
                case 0: frame[index] ^= (byte)(1 << random.Next(8)); break;
                case 1: frame[index] = (byte)random.Next(256); break;
                case 2 when frame.Length - index >= sizeof(int): BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(index), s_lyingNumbers[random.Next(s_lyingNumbers.Length)]); break;
                case 3 when index > 0: frame = frame[..index]; break;
                case 4: frame = [.. frame, .. frame[index..]]; break;
                case 5: frame = [.. frame[..index], .. frame[Math.Min(frame.Length, index + random.Next(1, 8))..], 0]; break;
                case 6: random.NextBytes(frame.AsSpan(index, Math.Min(8, frame.Length - index))); break;
            }
        }
        byte[] bytes = RawConnection.WithSize(frame);
        if (random.Next(20) == 0) BinaryPrimitives.WriteInt32BigEndian(bytes, s_lyingNumbers[random.Next(s_lyingNumbers.Length)]);
        return bytes;
    }

    /// <summary>How those that do damage come in.</summary>
    private sealed record Way(ClientEndpoint Endpoint, KafkaTlsOptions? Tls, bool IsAuthenticated);
}
