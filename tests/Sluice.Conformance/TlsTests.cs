using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;
using Sluice.Broker.Tests.Support;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>TLS listeners and unmodified clients: who has what it takes gets through, and who has not is told what is missing.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new("Somebody else");
    private readonly TemporaryFolder _folder = new("tls");

    [Fact]
    public async Task Confluents_client_writes_and_reads_over_TLS_with_a_certificate_of_its_own()
    {
        await using InProcessBroker broker = await StartAsync("required");
        ClientConfig config = Config(broker, client: _authority.Issue("CN=shop"));
        List<string> values = [.. Enumerable.Range(0, 1000).Select(static index => $"value {index}")];

        using (IProducer<Null, string> producer = new ProducerBuilder<Null, string>(config).Build())
        {
            foreach (string value in values) producer.Produce("orders", new Message<Null, string> { Value = value });
            producer.Flush(TestContext.Current.CancellationToken);
        }

        using IConsumer<Ignore, string> consumer = new ConsumerBuilder<Ignore, string>(
            new ConsumerConfig(config) { GroupId = "readers", AutoOffsetReset = AutoOffsetReset.Earliest, EnablePartitionEof = true }).Build();
        consumer.Subscribe("orders");
        List<string> read = [];
        while (consumer.Consume(TestContext.Current.CancellationToken) is { IsPartitionEOF: false } record) read.Add(record.Message.Value);
        read.ShouldBe(values);
        consumer.Close();
    }

    [Theory]
    [InlineData("no certificate of the client", "certificate required|handshake failed|Disconnected")]
    [InlineData("a certificate of the client by an unknown authority", "unknown ca|bad certificate|handshake failed|Disconnected")]
    [InlineData("a certificate of the client that expired", "certificate expired|bad certificate|handshake failed|Disconnected")]
    [InlineData("an authority that is not the broker's", "certificate verify failed")]
    [InlineData("another host", "certificate verify failed")]
    [InlineData("an expired certificate of the broker", "certificate has expired|certificate verify failed")]
    [InlineData("no TLS at all", "Disconnected|connecting to a SSL listener")]
    public async Task Confluents_client_is_told_what_is_wrong(string what, string error)
    {
        X509Certificate2 brokers = what switch
        {
            "another host" => _authority.Issue("CN=broker", host: "example.org"),
            "an expired certificate of the broker" => _authority.Issue("CN=broker", validUntil: DateTimeOffset.UtcNow.AddDays(-1)),
            _ => _authority.Issue("CN=broker"),
        };
        await using InProcessBroker broker = await StartAsync("required", brokers);
        ClientConfig config = Config(broker, client: what switch
        {
            "no certificate of the client" => null,
            "a certificate of the client by an unknown authority" => _other.Issue("CN=shop"),
            "a certificate of the client that expired" => _authority.Issue("CN=shop", validUntil: DateTimeOffset.UtcNow.AddDays(-1)),
            _ => _authority.Issue("CN=shop"),
        });
        if (what == "an authority that is not the broker's") config.SslCaPem = _other.Pem;
        if (what == "no TLS at all") config = new ClientConfig { BootstrapServers = broker.BootstrapServers };
        ConcurrentQueue<string> errors = [];
        using IAdminClient admin = new AdminClientBuilder(config).SetErrorHandler((_, told) => errors.Enqueue(told.Reason)).SetLogHandler((_, line) => errors.Enqueue(line.Message)).Build();

        Should.Throw<KafkaException>(() => admin.GetMetadata(TimeSpan.FromSeconds(3)));

        string all = string.Join('\n', errors);
        error.Split('|').Any(part => all.Contains(part, StringComparison.OrdinalIgnoreCase)).ShouldBeTrue(all);
        // And whoever has what it takes is served as before.
        if (what is "another host" or "an expired certificate of the broker") return;
        using IAdminClient good = new AdminClientBuilder(Config(broker, client: _authority.Issue("CN=shop"))).Build();
        good.GetMetadata(TimeSpan.FromSeconds(30)).Brokers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Kcat_writes_and_reads_over_TLS()
    {
        Kcat.SkipIfMissing();
        await using InProcessBroker broker = await StartAsync("none");
        string ca = Path.Combine(_folder.Path, "ca.pem");
        await File.WriteAllTextAsync(ca, _authority.Pem, TestContext.Current.CancellationToken);
        string[] tls = ["-b", broker.BootstrapServers, "-X", "security.protocol=ssl", "-X", $"ssl.ca.location={ca}", "-t", "hello"];

        await Kcat.Run("one\ntwo\n", Volume.Patience, [.. tls, "-P"]);

        (await Kcat.Run("", Volume.Patience, [.. tls, "-C", "-e", "-q"])).ShouldBe("one\ntwo\n");
    }

    [Fact]
    public async Task A_certificate_that_was_renewed_keeps_clients_going_and_an_authority_that_was_dropped_lets_none_in()
    {
        string trust = Path.Combine(_folder.Path, "trust.pem");
        await File.WriteAllTextAsync(trust, _authority.Pem + "\n" + _other.Pem, TestContext.Current.CancellationToken);
        await using InProcessBroker broker = await StartAsync("required");
        using (IAdminClient theirs = new AdminClientBuilder(Config(broker, _other.Issue("CN=theirs"))).Build())
            theirs.GetMetadata(TimeSpan.FromSeconds(30)).Brokers.Count.ShouldBe(1);

        await File.WriteAllTextAsync(trust, _authority.Pem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "key.pem"), TestAuthority.KeystorePem(_authority.Issue("CN=broker")), TestContext.Current.CancellationToken);
        // The files are looked at once a second.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);

        using (IAdminClient ours = new AdminClientBuilder(Config(broker, _authority.Issue("CN=ours"))).Build())
            ours.GetMetadata(TimeSpan.FromSeconds(30)).Brokers.Count.ShouldBe(1);
        using IAdminClient refused = new AdminClientBuilder(Config(broker, _other.Issue("CN=theirs"))).SetErrorHandler(static (_, _) => { }).SetLogHandler(static (_, _) => { }).Build();
        Should.Throw<KafkaException>(() => refused.GetMetadata(TimeSpan.FromSeconds(3)));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    private async Task<InProcessBroker> StartAsync(string clientAuth, X509Certificate2? certificate = null)
    {
        string key = Path.Combine(_folder.Path, "key.pem");
        string trust = Path.Combine(_folder.Path, "trust.pem");
        await File.WriteAllTextAsync(key, TestAuthority.KeystorePem(certificate ?? _authority.Issue("CN=broker")), TestContext.Current.CancellationToken);
        if (!File.Exists(trust)) await File.WriteAllTextAsync(trust, _authority.Pem, TestContext.Current.CancellationToken);
        return await InProcessBroker.StartAsync(
            ("listeners", "SSL://127.0.0.1:0"), ("advertised.listeners", "SSL://127.0.0.1:0"), ("ssl.client.auth", clientAuth),
            ("ssl.keystore.type", "PEM"), ("ssl.keystore.location", key), ("ssl.truststore.type", "PEM"), ("ssl.truststore.location", trust));
    }

    private ClientConfig Config(InProcessBroker broker, X509Certificate2? client)
    {
        ClientConfig config = new() { BootstrapServers = broker.BootstrapServers, SecurityProtocol = SecurityProtocol.Ssl, SslCaPem = _authority.Pem };
        if (client is null) return config;
        config.SslCertificatePem = client.ExportCertificatePem();
        using System.Security.Cryptography.RSA key = client.GetRSAPrivateKey()!;
        config.SslKeyPem = key.ExportPkcs8PrivateKeyPem();
        return config;
    }
}
