using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>librdkafka and kcat over SASL_PLAINTEXT, by every mechanism, with good and with bad credentials.</summary>
public sealed class SaslTests : IAsyncLifetime
{
    private const string UnsecuredHandler = "org.apache.kafka.common.security.oauthbearer.OAuthBearerUnsecuredValidatorCallbackHandler";

    private readonly TemporaryFolder _folder = new("sasl");
    private readonly RSA _issuer = RSA.Create(2048);
    private InProcessBroker? _broker;

    private InProcessBroker Broker => _broker!;

    public async ValueTask InitializeAsync()
    {
        string keys = Path.Combine(_folder.Path, "keys.json");
        RSAParameters key = _issuer.ExportParameters(false);
        string json = $$"""{"keys":[{"kty":"RSA","kid":"k1","use":"sig","n":"{{Base64Url.EncodeToString(key.Modulus)}}","e":"{{Base64Url.EncodeToString(key.Exponent)}}"}]}""";
        await File.WriteAllTextAsync(keys, json);
        _broker = await InProcessBroker.StartAsync(
            ("listeners", "SASL_PLAINTEXT://127.0.0.1:0"),
            ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER"),
            ("listener.name.sasl_plaintext.plain.sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"secret\";"),
            ("listener.name.sasl_plaintext.oauthbearer.sasl.oauthbearer.jwks.endpoint.url", new Uri(keys).AbsoluteUri));
        using IAdminClient admin = Build(new AdminClientConfig(Client("PLAIN", "alice", "secret")));
        await admin.AlterUserScramCredentialsAsync(
        [
            Credential("carol", ScramMechanism.ScramSha256), Credential("carol", ScramMechanism.ScramSha512),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _issuer.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("PLAIN", "alice", "secret")]
    [InlineData("SCRAM-SHA-256", "carol", "carol's")]
    [InlineData("SCRAM-SHA-512", "carol", "carol's")]
    public async Task A_user_produces_and_consumes(string mechanism, string user, string password)
    {
        ClientConfig client = Client(mechanism, user, password);
        await RoundTripAsync(client, $"by-{mechanism.ToLowerInvariant()}", null);
    }

    [Fact]
    public Task A_token_produces_and_consumes() => RoundTripAsync(Client("OAUTHBEARER"), "by-token", Token("svc", TimeSpan.FromHours(1)));

    [Theory]
    [InlineData("PLAIN", "alice", "wrong", "Authentication failed: Invalid username or password")]
    [InlineData("PLAIN", "nobody", "secret", "Authentication failed: Invalid username or password")]
    [InlineData("SCRAM-SHA-256", "carol", "wrong", "invalid credentials with SASL mechanism SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512", "nobody", "carol's", "invalid credentials with SASL mechanism SCRAM-SHA-512")]
    public async Task Wrong_credentials_are_told_as_that(string mechanism, string user, string password, string told)
    {
        Error error = await FirstErrorAsync(Client(mechanism, user, password), null);
        error.Code.ShouldBe(ErrorCode.Local_Authentication);
        error.Reason.ShouldContain(told);
    }

    [Fact]
    public async Task A_mechanism_that_is_not_offered_and_a_token_of_nobody_are_told_as_that()
    {
        using RSA other = RSA.Create(2048);
        Error error = await FirstErrorAsync(Client("OAUTHBEARER"), Token("svc", TimeSpan.FromHours(1), other));
        error.Code.ShouldBe(ErrorCode.Local_Authentication);
        error.Reason.ShouldContain("invalid_token");

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
    [InlineData("PLAIN", "alice", "secret")]
    [InlineData("SCRAM-SHA-256", "carol", "carol's")]
    [InlineData("SCRAM-SHA-512", "carol", "carol's")]
    public async Task Kcat_logs_in(string mechanism, string user, string password)
    {
        Kcat.SkipIfMissing();
        string[] common =
            ["-b", Broker.BootstrapServers, "-t", $"kcat-{mechanism.ToLowerInvariant()}", "-X", "security.protocol=SASL_PLAINTEXT", "-X", $"sasl.mechanism={mechanism}", "-X", $"sasl.username={user}", "-X", $"sasl.password={password}"];
        await Kcat.Run("hello\n", Volume.Patience, ["-P", .. common]);
        (await Kcat.Run("", Volume.Patience, ["-C", "-e", "-q", .. common])).ShouldBe("hello\n");
    }

    [Fact]
    public async Task Kcat_logs_in_with_a_token_that_nobody_signed_where_that_is_asked_for()
    {
        Kcat.SkipIfMissing();
        await using InProcessBroker broker = await InProcessBroker.StartAsync(
            ("listeners", "SASL_PLAINTEXT://127.0.0.1:0"),
            ("sasl.enabled.mechanisms", "OAUTHBEARER"),
            ("listener.name.sasl_plaintext.oauthbearer.sasl.server.callback.handler.class", UnsecuredHandler));
        string[] common =
        [
            "-b", broker.BootstrapServers, "-t", "kcat-token", "-X", "security.protocol=SASL_PLAINTEXT", "-X", "sasl.mechanism=OAUTHBEARER",
            "-X", "enable.sasl.oauthbearer.unsecure.jwt=true", "-X", "sasl.oauthbearer.config=principal=alice",
        ];
        await Kcat.Run("hello\n", Volume.Patience, ["-P", .. common]);
        (await Kcat.Run("", Volume.Patience, ["-C", "-e", "-q", .. common])).ShouldBe("hello\n");
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

    private ClientConfig Client(string mechanism, string? user = null, string? password = null) => new()
    {
        BootstrapServers = Broker.BootstrapServers,
        SecurityProtocol = SecurityProtocol.SaslPlaintext,
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
