using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;
using Sluice.Client.Admin;

namespace Sluice.Testing.Tests;

public class SecurityTests
{
    [Theory]
    [InlineData(false, "PLAIN")]
    [InlineData(false, "SCRAM-SHA-256")]
    [InlineData(true, "SCRAM-SHA-512")]
    public async Task A_client_logs_in_with_the_settings_that_the_broker_gives(bool tls, string mechanism)
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options =>
        {
            options.WithTopic("orders").WithUser("alice", "a \"secret\" \\ with; signs=").WithUser("bob", "b");
            if (tls) options.WithTls();
        });
        broker.SecurityProtocol.ShouldBe(tls ? "SASL_SSL" : "SASL_PLAINTEXT");
        using IProducer<string, string> producer = Producer(broker.ClientSettings("alice", mechanism));

        await producer.SendAsync("orders", "one");

        (await broker.Topic("orders").ReadAllAsync()).Select(static record => record.Value).ShouldBe(["one"]);
        broker.Connections.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_client_is_told()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders").WithUser("alice", "secret"));
        Dictionary<string, string> settings = broker.ClientSettings("alice");
        settings["sasl.password"] = "guessed";
        TaskCompletionSource<Error> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using IProducer<string, string> producer = Producer(settings, error =>
        {
            if (error.Code == Confluent.Kafka.ErrorCode.Local_Authentication) told.TrySetResult(error);
        });

        (await told.Task.WaitAsync(Clients.Deadline)).Reason.ShouldContain("Authentication failed");
    }

    [Fact]
    public async Task A_client_by_tls_trusts_the_certificate_and_one_that_does_not_is_not_connected()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders").WithTls());
        broker.SecurityProtocol.ShouldBe("SSL");
        // As a program does that is configured with a file, and calls the broker by its name.
        string file = Path.Combine(Directory.CreateTempSubdirectory("sluice-test-").FullName, "ca.pem");
        await File.WriteAllTextAsync(file, broker.CertificatePem);
        using IProducer<string, string> producer = Producer(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = $"localhost:{broker.Port}", ["security.protocol"] = "SSL", ["ssl.ca.location"] = file, ["broker.address.family"] = "v4",
        });
        await producer.SendAsync("orders", "one");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

        Dictionary<string, string> distrusting = broker.ClientSettings();
        distrusting.Remove("ssl.ca.pem");
        TaskCompletionSource<Error> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using IProducer<string, string> stranger = Producer(distrusting, error =>
        {
            if (error.Code == Confluent.Kafka.ErrorCode.Local_Ssl) told.TrySetResult(error);
        });

        (await told.Task.WaitAsync(Clients.Deadline)).Reason.ShouldContain("certificate verify failed");
        (await broker.Topic("orders").ReadAllAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_certificate_of_the_tests_own_is_shown_in_place_of_the_kits()
    {
        using ECDsa key = ECDsa.Create();
        CertificateRequest request = new("CN=own", key, HashAlgorithmName.SHA256);
        using X509Certificate2 own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTls()
            .WithSetting("ssl.keystore.type", "PEM")
            .WithSetting("ssl.keystore.key", key.ExportPkcs8PrivateKeyPem())
            .WithSetting("ssl.keystore.certificate.chain", own.ExportCertificatePem()));
        using TcpClient client = new("127.0.0.1", broker.Port);
        string? shown = null;
        await using SslStream stream = new(client.GetStream(), leaveInnerStreamOpen: true, (_, certificate, _, _) =>
        {
            shown = certificate?.Subject;
            return shown == "CN=own";
        });

        await stream.AuthenticateAsClientAsync("localhost").WaitAsync(Clients.Deadline);

        shown.ShouldBe("CN=own");
    }

    [Fact]
    public async Task Acls_decide_who_may_do_what_and_a_super_user_may_do_all()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithTopic("secrets")
            .WithUser("alice", "a")
            .WithUser("admin", "b", isSuper: true)
            .WithAcl("alice", AclResourceType.Topic, "orders", AclOperation.Write));
        using IProducer<string, string> alice = Producer(broker.ClientSettings("alice"));
        using IProducer<string, string> admin = Producer(broker.ClientSettings("admin"));

        await alice.SendAsync("orders", "one");
        (await Should.ThrowAsync<ProduceException<string, string>>(() => alice.SendAsync("secrets", "two"))).Error.Code
            .ShouldBe(Confluent.Kafka.ErrorCode.TopicAuthorizationFailed);
        await admin.SendAsync("secrets", "three");

        // The test sees all, and so it does after a restart.
        await broker.RestartAsync();
        (await broker.Topic("secrets").ReadAllAsync()).Select(static record => record.Value).ShouldBe(["three"]);
        await alice.SendAsync("orders", "four");
    }

    [Fact]
    public async Task Acls_without_users_are_about_anonymous_clients()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithAcl("ANONYMOUS", AclResourceType.Topic, "orders", AclOperation.Describe));
        broker.SecurityProtocol.ShouldBe("PLAINTEXT");
        using IProducer<string, string> producer = Producer(broker.ClientSettings());

        (await Should.ThrowAsync<ProduceException<string, string>>(() => producer.SendAsync("orders", "one"))).Error.Code
            .ShouldBe(Confluent.Kafka.ErrorCode.TopicAuthorizationFailed);
        await broker.Topic("orders").ProduceAsync(null, "the test's own");
    }

    [Fact]
    public async Task Misuse_is_answered_with_what_to_do()
    {
        await using SluiceBroker open = await SluiceBroker.StartAsync();
        open.CertificatePem.ShouldBeNull();
        open.ClientSettings().ShouldBe(new Dictionary<string, string> { ["bootstrap.servers"] = open.BootstrapServers, ["security.protocol"] = "PLAINTEXT" }, ignoreOrder: true);
        Should.Throw<ArgumentException>(() => open.ClientSettings("alice")).Message.ShouldStartWith("There is no user 'alice': clients do not log in; WithUser makes users.");

        await using SluiceBroker closed = await SluiceBroker.StartAsync(static options => options.WithUser("alice", "a").WithUser("bob", "b"));
        Should.Throw<ArgumentException>(() => closed.ClientSettings()).Message.ShouldStartWith("Clients of this broker log in, so name a user: the broker has alice, bob.");
        Should.Throw<ArgumentException>(() => closed.ClientSettings("carol")).Message.ShouldStartWith("There is no user 'carol': the broker has alice, bob.");
        Should.Throw<ArgumentException>(() => closed.ClientSettings("bob", "GSSAPI")).Message.ShouldStartWith("'GSSAPI' is no mechanism");
        Should.Throw<ArgumentException>(static () => new SluiceBrokerOptions().WithUser("alice", "a").WithUser("alice", "b")).Message.ShouldStartWith("The user 'alice' is given twice.");
        (await Should.ThrowAsync<SluiceBrokerException>(() => SluiceBroker.StartAsync(static options => options.WithQuota("producer_byte_rat", 1))))
            .Message.ShouldStartWith("A user, ACL or quota cannot be made: ");
    }

    private static IProducer<string, string> Producer(Dictionary<string, string> settings, Action<Error>? onError = null) =>
        new ProducerBuilder<string, string>(new ProducerConfig(settings) { LingerMs = 0, ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 50 })
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler((_, error) => onError?.Invoke(error))
            .Build();
}
