using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Broker.Tests.Support;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>librdkafka and kcat over SASL_PLAINTEXT and SASL_SSL, by every mechanism, with good and with bad credentials.</summary>
public sealed class SaslTests : IAsyncLifetime
{
    private const string UnsecuredHandler = "org.apache.kafka.common.security.oauthbearer.OAuthBearerUnsecuredValidatorCallbackHandler";

    private readonly TemporaryFolder _folder = new("sasl");
    private readonly RSA _issuer = RSA.Create(2048);
    private readonly TestAuthority _authority = new();
    private InProcessBroker? _broker;

    private static readonly SecurityProtocol[] Protocols = [SecurityProtocol.SaslPlaintext, SecurityProtocol.SaslSsl];

    private static readonly string[] UnsecuredToken =
        ["-X", "sasl.mechanism=OAUTHBEARER", "-X", "enable.sasl.oauthbearer.unsecure.jwt=true", "-X", "sasl.oauthbearer.config=principal=alice"];

    private InProcessBroker Broker => _broker!;

    private string AuthorityPath => Path.Combine(_folder.Path, "ca.pem");

    private string KeystorePath => Path.Combine(_folder.Path, "keystore.pem");

    public async ValueTask InitializeAsync()
    {
        string keys = Path.Combine(_folder.Path, "keys.json");
        RSAParameters key = _issuer.ExportParameters(false);
        string json = $$"""{"keys":[{"kty":"RSA","kid":"k1","use":"sig","n":"{{Base64Url.EncodeToString(key.Modulus)}}","e":"{{Base64Url.EncodeToString(key.Exponent)}}"}]}""";
        await File.WriteAllTextAsync(keys, json);
        await File.WriteAllTextAsync(KeystorePath, TestAuthority.KeystorePem(_authority.Issue("CN=broker")));
        await File.WriteAllTextAsync(AuthorityPath, _authority.Pem);
        _broker = await InProcessBroker.StartAsync(
        [
            ("listeners", "SASL_PLAINTEXT://127.0.0.1:0,SASL_SSL://127.0.0.1:0"),
            ("ssl.keystore.type", "PEM"), ("ssl.keystore.location", KeystorePath),
            ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER"),
            .. new[] { "sasl_plaintext", "sasl_ssl" }.SelectMany(listener => new[]
            {
                ($"listener.name.{listener}.plain.sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"secret\";"),
                ($"listener.name.{listener}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url", new Uri(keys).AbsoluteUri),
            }),
        ]);
        using IAdminClient admin = Build(new AdminClientConfig(Client("PLAIN", "alice", "secret")));
        foreach (ScramMechanism mechanism in new[] { ScramMechanism.ScramSha256, ScramMechanism.ScramSha512 })
            await admin.AlterUserScramCredentialsAsync([Credential("carol", mechanism)]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _issuer.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<SecurityProtocol, string, string, string> Users =>
    [
        .. Protocols.SelectMany(static protocol => new (SecurityProtocol, string, string, string)[]
        {
            (protocol, "PLAIN", "alice", "secret"), (protocol, "SCRAM-SHA-256", "carol", "carol's"), (protocol, "SCRAM-SHA-512", "carol", "carol's"),
        }),
    ];

    public static TheoryData<SecurityProtocol, string, string, string, string> Strangers =>
    [
        .. Protocols.SelectMany(static protocol => new (SecurityProtocol, string, string, string, string)[]
        {
            (protocol, "PLAIN", "alice", "wrong", "Authentication failed: Invalid username or password"),
            (protocol, "PLAIN", "nobody", "secret", "Authentication failed: Invalid username or password"),
            (protocol, "SCRAM-SHA-256", "carol", "wrong", "invalid credentials with SASL mechanism SCRAM-SHA-256"),
            (protocol, "SCRAM-SHA-512", "nobody", "carol's", "invalid credentials with SASL mechanism SCRAM-SHA-512"),
        }),
    ];

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_user_produces_and_consumes(SecurityProtocol protocol, string mechanism, string user, string password)
    {
        ClientConfig client = Client(mechanism, user, password, protocol);
        await RoundTripAsync(client, $"by-{mechanism.ToLowerInvariant()}", null);
    }

    [Theory]
    [InlineData(SecurityProtocol.SaslPlaintext)]
    [InlineData(SecurityProtocol.SaslSsl)]
    public Task A_token_produces_and_consumes(SecurityProtocol protocol) =>
        RoundTripAsync(Client("OAUTHBEARER", protocol: protocol), "by-token", Token("svc", TimeSpan.FromHours(1)));

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Wrong_credentials_are_told_as_that(SecurityProtocol protocol, string mechanism, string user, string password, string told)
    {
        Error error = await FirstErrorAsync(Client(mechanism, user, password, protocol), null);
        error.Code.ShouldBe(ErrorCode.Local_Authentication);
        error.Reason.ShouldContain(told);
    }

    [Theory]
    [InlineData(SecurityProtocol.SaslPlaintext)]
    [InlineData(SecurityProtocol.SaslSsl)]
    public async Task A_token_of_nobody_is_told_as_that(SecurityProtocol protocol)
    {
        using RSA other = RSA.Create(2048);
        Error error = await FirstErrorAsync(Client("OAUTHBEARER", protocol: protocol), Token("svc", TimeSpan.FromHours(1), other));
        error.Code.ShouldBe(ErrorCode.Local_Authentication);
        error.Reason.ShouldContain("invalid_token");
    }

    [Fact]
    public async Task A_mechanism_that_is_not_offered_is_told_as_that()
    {
        await using InProcessBroker only = await InProcessBroker.StartAsync(
            ("listeners", "SASL_PLAINTEXT://127.0.0.1:0"), ("sasl.enabled.mechanisms", "SCRAM-SHA-512"));
        ClientConfig client = Client("PLAIN", "alice", "secret");
        client.BootstrapServers = only.BootstrapServers;
        Error refused = await FirstErrorAsync(client, null);
        refused.Code.ShouldBe(ErrorCode.Local_Authentication);
        refused.Reason.ShouldContain("SCRAM-SHA-512");
    }

    [Fact]
    public async Task Sessions_that_end_are_renewed_without_a_record_lost()
    {
        await using InProcessBroker broker = await InProcessBroker.StartAsync(
            ("listeners", "SASL_PLAINTEXT://127.0.0.1:0"),
            ("sasl.enabled.mechanisms", "PLAIN"),
            ("connections.max.reauth.ms", "2000"),
            ("sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"secret\";"));
        ClientConfig client = Client("PLAIN", "alice", "secret");
        client.BootstrapServers = broker.BootstrapServers;
        List<Error> errors = [];
        using IProducer<Null, string> producer = new ProducerBuilder<Null, string>(client).SetErrorHandler((_, error) => errors.Add(error)).SetLogHandler(static (_, _) => { }).Build();
        // Three sessions long.
        for (int index = 0; index < 60; index++)
        {
            (await producer.ProduceAsync("sessions", new Message<Null, string> { Value = $"{index}" })).Offset.Value.ShouldBe(index);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        errors.ShouldBeEmpty();
        broker.Server.ConnectionCount.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task Kcat_logs_in(SecurityProtocol protocol, string mechanism, string user, string password)
    {
        Kcat.SkipIfMissing();
        string[] common =
            [.. KcatOptions(Bootstrap(protocol), protocol), "-t", $"kcat-{mechanism.ToLowerInvariant()}", "-X", $"sasl.mechanism={mechanism}", "-X", $"sasl.username={user}", "-X", $"sasl.password={password}"];
        await Kcat.Run("hello\n", Volume.Patience, ["-P", .. common]);
        (await Kcat.Run("", Volume.Patience, ["-C", "-e", "-q", .. common])).ShouldBe("hello\n");
    }

    [Theory]
    [InlineData(SecurityProtocol.SaslPlaintext)]
    [InlineData(SecurityProtocol.SaslSsl)]
    public async Task Kcat_logs_in_with_a_token_that_nobody_signed_where_that_is_asked_for(SecurityProtocol protocol)
    {
        Kcat.SkipIfMissing();
        string name = NameOf(protocol);
        await using InProcessBroker broker = await InProcessBroker.StartAsync(
            ("listeners", $"{name}://127.0.0.1:0"),
            ("ssl.keystore.type", "PEM"), ("ssl.keystore.location", KeystorePath),
            ("sasl.enabled.mechanisms", "OAUTHBEARER"),
            ($"listener.name.{name.ToLowerInvariant()}.oauthbearer.sasl.server.callback.handler.class", UnsecuredHandler));
        string[] common = [.. KcatOptions(broker.BootstrapServers, protocol), "-t", "kcat-token", .. UnsecuredToken];
        await Kcat.Run("hello\n", Volume.Patience, ["-P", .. common]);
        (await Kcat.Run("", Volume.Patience, ["-C", "-e", "-q", .. common])).ShouldBe("hello\n");
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Kcat_is_told_that_its_credentials_are_wrong(SecurityProtocol protocol, string mechanism, string user, string password, string told)
    {
        Kcat.SkipIfMissing();
        (await Kcat.Fail(
            Volume.Patience,
            [.. KcatOptions(Bootstrap(protocol), protocol), "-L", "-m", "2", "-X", $"sasl.mechanism={mechanism}", "-X", $"sasl.username={user}", "-X", $"sasl.password={password}"]))
            .ShouldContain(told);
    }

    [Theory]
    [InlineData(SecurityProtocol.SaslPlaintext)]
    [InlineData(SecurityProtocol.SaslSsl)]
    public async Task Kcat_is_told_that_its_token_is_not_believed(SecurityProtocol protocol)
    {
        Kcat.SkipIfMissing();
        (await Kcat.Fail(Volume.Patience, [.. KcatOptions(Bootstrap(protocol), protocol), "-L", "-m", "2", .. UnsecuredToken])).ShouldContain("invalid_token");
    }

    private static async Task RoundTripAsync(ClientConfig client, string topic, string? token)
    {
        using IProducer<Null, string> producer = WithToken(new ProducerBuilder<Null, string>(client), token).Build();
        (await producer.ProduceAsync(topic, new Message<Null, string> { Value = "hello" })).Offset.Value.ShouldBe(0);
        ConsumerConfig config = new(client) { GroupId = topic, AutoOffsetReset = AutoOffsetReset.Earliest };
        ConsumerBuilder<Ignore, string> builder = new ConsumerBuilder<Ignore, string>(config).SetLogHandler(static (_, _) => { });
        if (token is not null) builder.SetOAuthBearerTokenRefreshHandler((consumer, _) => consumer.OAuthBearerSetToken(token, InAnHour(), "svc"));
        using IConsumer<Ignore, string> consumer = builder.Build();
        consumer.Subscribe(topic);
        consumer.Consume(Volume.Patience).ShouldNotBeNull().Message.Value.ShouldBe("hello");
        consumer.Close();
    }

    private static async Task<Error> FirstErrorAsync(ClientConfig client, string? token)
    {
        TaskCompletionSource<Error> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ProducerBuilder<Null, string> builder = WithToken(new ProducerBuilder<Null, string>(client), token);
        builder.SetErrorHandler((_, error) =>
        {
            if (error.Code != ErrorCode.Local_AllBrokersDown) first.TrySetResult(error);
        });
        using IProducer<Null, string> producer = builder.Build();
        return await first.Task.WaitAsync(Volume.Patience);
    }

    private static ProducerBuilder<Null, string> WithToken(ProducerBuilder<Null, string> builder, string? token)
    {
        builder.SetLogHandler(static (_, _) => { });
        return token is null ? builder : builder.SetOAuthBearerTokenRefreshHandler((producer, _) => producer.OAuthBearerSetToken(token, InAnHour(), "svc"));
    }

    private static IAdminClient Build(AdminClientConfig config) => new AdminClientBuilder(config).SetLogHandler(static (_, _) => { }).Build();

    private static UserScramCredentialUpsertion Credential(string user, ScramMechanism mechanism) => new()
    {
        User = user,
        Password = Encoding.UTF8.GetBytes($"{user}'s"),
        ScramCredentialInfo = new ScramCredentialInfo { Mechanism = mechanism, Iterations = 4096 },
    };

    private static string NameOf(SecurityProtocol protocol) => protocol == SecurityProtocol.SaslSsl ? "SASL_SSL" : "SASL_PLAINTEXT";

    private string Bootstrap(SecurityProtocol protocol) =>
        string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Broker.Server.Endpoints[Array.IndexOf(Protocols, protocol)].Address.Port}");

    private string[] KcatOptions(string bootstrap, SecurityProtocol protocol) =>
        ["-b", bootstrap, "-X", $"security.protocol={NameOf(protocol)}", .. protocol == SecurityProtocol.SaslSsl ? ["-X", $"ssl.ca.location={AuthorityPath}"] : Array.Empty<string>()];

    private ClientConfig Client(string mechanism, string? user = null, string? password = null, SecurityProtocol protocol = SecurityProtocol.SaslPlaintext) => new()
    {
        BootstrapServers = Bootstrap(protocol),
        SecurityProtocol = protocol,
        SslCaPem = protocol == SecurityProtocol.SaslSsl ? _authority.Pem : null,
        SaslMechanism = mechanism switch
        {
            "PLAIN" => SaslMechanism.Plain,
            "SCRAM-SHA-256" => SaslMechanism.ScramSha256,
            "SCRAM-SHA-512" => SaslMechanism.ScramSha512,
            _ => SaslMechanism.OAuthBearer,
        },
        SaslUsername = user,
        SaslPassword = password,
    };

    private static long InAnHour() => DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();

    private string Token(string subject, TimeSpan lifetime, RSA? signer = null)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string claims = $$"""{"sub":"{{subject}}","iat":{{now}},"exp":{{now + (long)lifetime.TotalSeconds}}}""";
        string content = $"{Base64Url.EncodeToString("""{"alg":"RS256","kid":"k1"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        byte[] signature = (signer ?? _issuer).SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }
}
