using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sluice.Broker.Security.Tls;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Client.Security;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Transfer.Tls;

namespace Sluice.Broker.Tests.Security.Tls;

/// <summary>TLS by .NET's stream.</summary>
public sealed class SslStreamListenerTests() : TlsListenerTests(TlsEngine.SslStream);

/// <summary>TLS by the system's OpenSSL.</summary>
public sealed class OpenSslListenerTests() : TlsListenerTests(TlsEngine.OpenSsl);

/// <summary>TLS by the system's OpenSSL and the kernel; where this runs without that, by the former alone.</summary>
public sealed class KernelTlsListenerTests() : TlsListenerTests(TlsEngine.KernelTls);

/// <summary>Listeners that encrypt: who gets in, who does not and is told so, and certificates that are renewed under way.</summary>
public abstract class TlsListenerTests : IDisposable
{
    private readonly TlsEngine _engine;

    private readonly TestAuthority _authority = new();
    private readonly TemporaryDirectory _files = new();

    private protected TlsListenerTests(TlsEngine engine)
    {
        Assert.SkipUnless(engine == TlsEngine.SslStream || OpenSslServer.IsSupported, "OpenSSL 3 is not installed, or this is not 64-bit Linux");
        _engine = engine;
    }

    [Fact]
    public async Task A_client_that_trusts_the_authority_is_served()
    {
        await using TestBroker broker = await StartAsync(PemKeystore());
        KafkaConnection connection = await broker.ConnectAsync(adjust: Trusting(_authority));

        TestTopic topic = await connection.CreateTopicAsync("orders");
        await connection.AppendAsync(topic, "one", "two");
        (await connection.ReadAllAsync(topic)).ShouldBe(["one", "two"]);
        broker.Server.Connections.ShouldHaveSingleItem().Principal.ToString().ShouldBe("User:ANONYMOUS");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_versions_of_TLS_are_spoken_unless_one_is_switched_off(SslProtocols protocol)
    {
        string other = protocol == SslProtocols.Tls12 ? "TLSv1.3" : "TLSv1.2";
        await using TestBroker broker = await StartAsync(PemKeystore());
        await using TestBroker without = await StartAsync([.. PemKeystore(), $"ssl.enabled.protocols={other}"]);

        using (SslStream stream = await OpenAsync(broker, protocol)) stream.SslProtocol.ShouldBe(protocol);
        await Should.ThrowAsync<AuthenticationException>(() => OpenAsync(without, protocol));
    }

    [Fact]
    public async Task A_cipher_suite_that_was_chosen_is_the_one_used()
    {
        await using TestBroker broker = await StartAsync([.. PemKeystore(), "ssl.cipher.suites=TLS_AES_128_GCM_SHA256"]);
        using SslStream stream = await OpenAsync(broker, SslProtocols.Tls13);
        stream.NegotiatedCipherSuite.ShouldBe(TlsCipherSuite.TLS_AES_128_GCM_SHA256);
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("pem with a password")]
    [InlineData("pem in the settings")]
    [InlineData("pkcs12")]
    public async Task Keys_come_in_every_form_that_Kafka_takes_but_Javas_own(string form)
    {
        using X509Certificate2 certificate = _authority.Issue("CN=broker");
        string[] settings = form switch
        {
            "pem" => ["ssl.keystore.type=PEM", $"ssl.keystore.location={Write("key.pem", TestAuthority.KeystorePem(certificate))}"],
            "pem with a password" =>
                ["ssl.keystore.type=PEM", $"ssl.keystore.location={Write("key.pem", TestAuthority.KeystorePem(certificate, "secret"))}", "ssl.key.password=secret"],
            "pem in the settings" =>
            [
                "ssl.keystore.type=PEM", $"ssl.keystore.key={TestAuthority.KeystorePem(certificate).Split("-----BEGIN CERTIFICATE")[0]}",
                $"ssl.keystore.certificate.chain={certificate.ExportCertificatePem()}",
            ],
            _ => [$"ssl.keystore.location={Write("key.p12", certificate.Export(X509ContentType.Pkcs12, "secret"))}", "ssl.keystore.password=secret"],
        };
        await using TestBroker broker = await StartAsync(settings);
        (await broker.ConnectAsync(adjust: Trusting(_authority))).IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Certificates_between_the_brokers_and_its_authority_are_sent()
    {
        // Signed by an authority that the client has never heard of, whose own certificate is signed by one that it trusts.
        using TestAuthority between = new("Between", _authority);
        using X509Certificate2 certificate = between.Issue("CN=broker");
        await using TestBroker broker = await StartAsync(
            "ssl.keystore.type=PEM", $"ssl.keystore.location={Write("key.pem", TestAuthority.KeystorePem(certificate) + between.Pem)}");
        await using TestBroker without = await StartAsync(PemKeystore(certificate));

        (await broker.ConnectAsync(adjust: Trusting(_authority))).IsOpen.ShouldBeTrue();
        (await Refused(without, Trusting(_authority))).ShouldContain("PartialChain");
    }

    [Fact]
    public async Task A_client_refuses_an_unknown_authority_a_wrong_host_and_an_expired_certificate_and_the_broker_goes_on()
    {
        using TestAuthority other = new("Somebody else");
        await using TestBroker broker = await StartAsync(PemKeystore());
        await using TestBroker elsewhere = await StartAsync(PemKeystore(_authority.Issue("CN=broker", host: "example.org")));
        // Before the broker's clock as well as the machine's.
        DateTimeOffset past = DateTimeOffset.FromUnixTimeMilliseconds(TestBroker.StartMs).AddDays(-1);
        await using TestBroker late = await StartAsync(PemKeystore(_authority.Issue("CN=broker", validUntil: past)));

        (await Refused(broker, Trusting(other))).ShouldContain("PartialChain");
        (await Refused(elsewhere, Trusting(_authority))).ShouldContain("RemoteCertificateNameMismatch");
        (await Refused(late, Trusting(_authority))).ShouldContain("NotTimeValid");

        (await elsewhere.ConnectAsync(adjust: options => (options.SecurityProtocol, options.Tls) = (SecurityProtocol.Ssl, new KafkaTlsOptions { TrustedCertificates = _authority.Trusted, ChecksHostName = false }))).IsOpen.ShouldBeTrue();
        (await broker.ConnectAsync(adjust: Trusting(_authority))).IsOpen.ShouldBeTrue();
        late.Log.Events.ShouldContain(static logged => logged.Message.Contains("the broker's certificate expired"));
    }

    [Fact]
    public async Task A_client_that_does_not_speak_TLS_is_closed_with_one_line()
    {
        await using TestBroker broker = await StartAsync(PemKeystore());
        RawConnection raw = await broker.ConnectRawAsync();
        (await raw.ExchangeAsync(RawConnection.Frame(ApiKey.ApiVersions, 0, new ApiVersionsRequest()))).ShouldBeNull();
        await TestBroker.UntilAsync(() => broker.Server.ConnectionCount == 0);
        broker.Log.Events.ShouldContain(static logged => logged.Message.Contains("no TLS connection came about"));
        (await broker.ConnectAsync(adjust: Trusting(_authority))).IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_never_finishes_its_handshake_is_closed_when_its_time_is_up()
    {
        await using TestBroker broker = await StartAsync([.. PemKeystore(), "sluice.authentication.timeout.ms=5000"]);
        RawConnection raw = await broker.ConnectRawAsync();
        await raw.SendAsync(new byte[] { 22, 3, 1 });
        await TestBroker.UntilAsync(() => broker.Server.ConnectionCount == 1);
        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => Task.FromResult(broker.Server.ConnectionCount == 0));
        broker.Log.Events.ShouldContain(static logged => logged.Message.Contains("it took too long"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("requested")]
    [InlineData("required")]
    public async Task Clients_show_a_certificate_where_they_must(string clientAuth)
    {
        using X509Certificate2 good = _authority.Issue("CN=billing, OU=apps, O=Example");
        using TestAuthority other = new("Somebody else");
        using X509Certificate2 bad = other.Issue("CN=billing");
        using X509Certificate2 late = _authority.Issue("CN=billing", validUntil: DateTimeOffset.UtcNow.AddDays(-1));
        await using TestBroker broker = await StartAsync([.. PemKeystore(), .. Truststore(), $"ssl.client.auth={clientAuth}"]);

        (await IsServed(broker, null)).ShouldBe(clientAuth != "required");
        (await IsServed(broker, good)).ShouldBeTrue();
        (await IsServed(broker, bad)).ShouldBe(clientAuth == "none");
        (await IsServed(broker, late)).ShouldBe(clientAuth == "none");

        await TestBroker.UntilAsync(() => broker.Server.ConnectionCount == 0);
        KafkaConnection connection = await broker.ConnectAsync(adjust: Showing(good));
        connection.IsOpen.ShouldBeTrue();
        broker.Server.Connections.ShouldHaveSingleItem().Principal.ToString().ShouldBe(clientAuth == "none" ? "User:ANONYMOUS" : "User:CN=billing,OU=apps,O=Example");
    }

    [Fact]
    public async Task Subjects_become_principals_by_rules_and_one_without_a_rule_is_refused()
    {
        using X509Certificate2 mapped = _authority.Issue("CN=Billing, OU=apps, O=Example");
        using X509Certificate2 unmapped = _authority.Issue("CN=other, O=Elsewhere");
        await using TestBroker broker = await StartAsync(
            [.. PemKeystore(), .. Truststore(), "ssl.client.auth=required", "ssl.principal.mapping.rules=RULE:^CN=([^,]+),OU=apps.*$/$1/L"]);

        (await IsServed(broker, unmapped)).ShouldBeFalse();
        await TestBroker.UntilAsync(() => broker.Server.ConnectionCount == 0);
        await broker.ConnectAsync(adjust: Showing(mapped));
        broker.Server.Connections.ShouldHaveSingleItem().Principal.ToString().ShouldBe("User:billing");
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_half_of_a_renewal_is_not()
    {
        using X509Certificate2 old = _authority.Issue("CN=broker");
        using X509Certificate2 renewed = _authority.Issue("CN=broker");
        string file = Write("key.pem", TestAuthority.KeystorePem(old));
        await using TestBroker broker = await StartAsync("ssl.keystore.type=PEM", $"ssl.keystore.location={file}");
        broker.ExpectErrors();
        (await SerialNumberAsync(broker)).ShouldBe(old.SerialNumber);

        Write("key.pem", TestAuthority.KeystorePem(renewed)[..200]);
        broker.Time.Advance(TimeSpan.FromSeconds(2));
        (await SerialNumberAsync(broker)).ShouldBe(old.SerialNumber);
        broker.Log.Events.ShouldContain(static logged => logged.Message.Contains("those from before stay in use"));

        Write("key.pem", TestAuthority.KeystorePem(renewed));
        broker.Time.Advance(TimeSpan.FromSeconds(2));
        (await SerialNumberAsync(broker)).ShouldBe(renewed.SerialNumber);
    }

    [Fact]
    public async Task An_authority_that_is_taken_out_of_the_truststore_lets_nobody_in_any_more()
    {
        using TestAuthority other = new("Somebody else");
        using X509Certificate2 ours = _authority.Issue("CN=ours");
        using X509Certificate2 theirs = other.Issue("CN=theirs");
        string trust = Write("trust.pem", _authority.Pem + "\n" + other.Pem);
        await using TestBroker broker = await StartAsync(
            [.. PemKeystore(), "ssl.truststore.type=PEM", $"ssl.truststore.location={trust}", "ssl.client.auth=required"]);
        (await IsServed(broker, theirs)).ShouldBeTrue();

        Write("trust.pem", _authority.Pem);
        broker.Time.Advance(TimeSpan.FromSeconds(2));
        (await IsServed(broker, theirs)).ShouldBeFalse();
        (await IsServed(broker, ours)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_certificate_with_another_subject_is_taken_only_where_that_is_meant()
    {
        string file = Write("key.pem", TestAuthority.KeystorePem(_authority.Issue("CN=broker")));
        using X509Certificate2 other = _authority.Issue("CN=another");
        await using TestBroker strict = await StartAsync("ssl.keystore.type=PEM", $"ssl.keystore.location={file}");
        await using TestBroker lax = await StartAsync("ssl.keystore.type=PEM", $"ssl.keystore.location={file}", "ssl.allow.dn.changes=true");
        strict.ExpectErrors();

        Write("key.pem", TestAuthority.KeystorePem(other));
        strict.Time.Advance(TimeSpan.FromSeconds(2));
        lax.Time.Advance(TimeSpan.FromSeconds(2));

        (await SerialNumberAsync(strict)).ShouldNotBe(other.SerialNumber);
        (await SerialNumberAsync(lax)).ShouldBe(other.SerialNumber);
    }

    [Theory]
    [InlineData("PEM")]
    [InlineData("PKCS12")]
    public async Task The_property_files_of_Kafkas_clients_say_how_to_connect(string type)
    {
        using X509Certificate2 shop = _authority.Issue("CN=shop");
        string key = type == "PEM" ? Write("shop.pem", TestAuthority.KeystorePem(shop, "secret")) : Write("shop.p12", shop.Export(X509ContentType.Pkcs12, "secret"));
        await using TestBroker broker = await StartAsync([.. PemKeystore(), .. Truststore(), "ssl.client.auth=required"]);
        Dictionary<string, string> properties = new()
        {
            ["security.protocol"] = "SSL",
            ["ssl.truststore.type"] = "PEM",
            ["ssl.truststore.location"] = Path.Combine(_files.Path, "trust.pem"),
            ["ssl.keystore.type"] = type,
            ["ssl.keystore.location"] = key,
            ["ssl.keystore.password"] = "secret",
        };
        await broker.ConnectAsync(adjust: options => KafkaClientProperties.Apply(properties, options).ShouldBeEmpty());
        broker.Server.Connections.ShouldHaveSingleItem().Principal.ToString().ShouldBe("User:CN=shop");

        properties["ssl.truststore.location"] = "/nowhere";
        Should.Throw<KafkaClientPropertyException>(() => KafkaClientProperties.Apply(properties, new KafkaClientOptions()))
            .Message.ShouldBe("ssl.truststore.location: there is no file /nowhere");
        properties["ssl.endpoint.identification.algorithm"] = "none";
        Should.Throw<KafkaClientPropertyException>(() => KafkaClientProperties.Apply(properties, new KafkaClientOptions()))
            .Message.ShouldBe("ssl.endpoint.identification.algorithm must be https, or empty to accept a certificate of any host");
    }

    [Theory]
    [InlineData("", "ssl.keystore.location is not set: a TLS listener needs a key")]
    [InlineData("ssl.keystore.location=/nowhere/key.pem", "ssl.keystore.location: there is no file /nowhere/key.pem")]
    [InlineData("ssl.keystore.location={jks}", "is a JKS store, which only Java reads; convert it (keytool -importkeystore")]
    [InlineData("ssl.keystore.location={pem}", "it is PEM: set ssl.keystore.type=PEM")]
    [InlineData("ssl.keystore.location={p12};ssl.keystore.password=wrong", "cannot be opened as PKCS#12; is ssl.keystore.password right?")]
    [InlineData("ssl.keystore.location={trust};ssl.keystore.type=PEM", "no key and certificate that belong together")]
    [InlineData("ssl.keystore.location={pem};ssl.keystore.type=PEM;ssl.truststore.location={junk};ssl.truststore.type=PEM", "holds no certificates")]
    [InlineData("ssl.keystore.location={pem};ssl.keystore.type=PEM;ssl.enabled.protocols=TLSv1", "TLSv1.2 and TLSv1.3 are served")]
    [InlineData("ssl.keystore.location={pem};ssl.keystore.type=PEM;ssl.cipher.suites=NONSENSE", "ssl.cipher.suites names NONSENSE")]
    [InlineData("ssl.keystore.location={pem};ssl.keystore.type=PEM;ssl.principal.mapping.rules=RULE:(/x/", "is no regular expression")]
    [InlineData("ssl.keystore.location={pem};ssl.keystore.type=BCFKS", "ssl.keystore.type is BCFKS; PEM and PKCS12 are served")]
    public async Task What_cannot_work_is_refused_at_the_start_with_what_to_do(string settings, string message)
    {
        using X509Certificate2 certificate = _authority.Issue("CN=broker");
        settings = settings
            .Replace("{pem}", Write("key.pem", TestAuthority.KeystorePem(certificate))).Replace("{trust}", Write("trust.pem", _authority.Pem)).Replace("{junk}", Write("junk", "x"))
            .Replace("{jks}", Write("key.jks", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2])).Replace("{p12}", Write("key.p12", certificate.Export(X509ContentType.Pkcs12, "secret")));

        BrokerStartException refusal = await Should.ThrowAsync<BrokerStartException>(() => StartAsync(settings.Split(';', StringSplitOptions.RemoveEmptyEntries)));

        refusal.Message.ShouldStartWith("the listener SSL cannot encrypt: ");
        refusal.Message.ShouldContain(message);
        refusal.Message.ShouldNotContain("\n");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
        GC.SuppressFinalize(this);
    }

    private Task<TestBroker> StartAsync(params string[] settings) =>
        TestBroker.StartAsync(options => options.TlsEngine = _engine, ["listeners=SSL://127.0.0.1:0", "advertised.listeners=SSL://127.0.0.1:0", .. settings]);

    private string[] PemKeystore() => PemKeystore(_authority.Issue("CN=broker"));

    private string[] PemKeystore(X509Certificate2 certificate) =>
        ["ssl.keystore.type=PEM", $"ssl.keystore.location={Write($"{Guid.NewGuid():N}.pem", TestAuthority.KeystorePem(certificate))}"];

    private string[] Truststore() => ["ssl.truststore.type=PEM", $"ssl.truststore.location={Write("trust.pem", _authority.Pem)}"];

    private string Write(string name, string content)
    {
        string path = Path.Combine(_files.Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_files.Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private Action<KafkaClientOptions> Showing(X509Certificate2? certificate) =>
        options => (options.SecurityProtocol, options.Tls) = (SecurityProtocol.Ssl, new KafkaTlsOptions { TrustedCertificates = _authority.Trusted, ClientCertificate = certificate });

    private static Action<KafkaClientOptions> Trusting(TestAuthority authority) =>
        options => (options.SecurityProtocol, options.Tls) = (SecurityProtocol.Ssl, new KafkaTlsOptions { TrustedCertificates = authority.Trusted });

    private static async Task<string> Refused(TestBroker broker, Action<KafkaClientOptions> adjust)
    {
        KafkaException refusal = await Should.ThrowAsync<KafkaException>(() => broker.ConnectAsync(adjust: adjust));
        refusal.Message.ShouldStartWith($"cannot encrypt the connection to {broker.Endpoint}: ");
        return refusal.Message;
    }

    private async Task<bool> IsServed(TestBroker broker, X509Certificate2? certificate)
    {
        try
        {
            // With TLS 1.3 a client hears of a refusal only behind its handshake, with the first answer.
            await using KafkaConnection connection = await broker.ConnectAsync(adjust: Showing(certificate));
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    private async Task<string> SerialNumberAsync(TestBroker broker)
    {
        using SslStream stream = await OpenAsync(broker, SslProtocols.Tls13);
        return ((X509Certificate2)stream.RemoteCertificate!).SerialNumber;
    }

    private async Task<SslStream> OpenAsync(TestBroker broker, SslProtocols protocol)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(broker.Endpoint.Host, broker.Endpoint.Port);
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        SslClientAuthenticationOptions options = new() { TargetHost = "127.0.0.1", EnabledSslProtocols = protocol };
        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(_authority.Trusted);
        await stream.AuthenticateAsClientAsync(options);
        return stream;
    }
}
