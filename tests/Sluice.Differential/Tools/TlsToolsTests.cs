using System.Security.Cryptography.X509Certificates;
using Sluice.Broker.Tests.Support;
using Sluice.Conformance.Peers;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tools and console clients over TLS, with Java's handshake and Java's stores.</summary>
public sealed class TlsToolsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("tls-tools");
    private readonly TestAuthority _authority = new();

    [Theory]
    [InlineData("TLSv1.2")]
    [InlineData("TLSv1.3")]
    public async Task Console_clients_with_certificates_write_and_read(string protocol)
    {
        DifferentialRun.SkipWithoutKafka();
        await using InProcessBroker broker = await StartAsync();
        string config = Config(Keystore(_authority.Issue("CN=shop, OU=apps, O=Example")), $"ssl.enabled.protocols={protocol}");

        (await KafkaTool.RunWith("hello\n", "console-producer", "--bootstrap-server", broker.BootstrapServers, "--topic", "greetings", "--command-config", config)).Succeeded();
        (await KafkaTool.Run(
            "console-consumer", "--bootstrap-server", broker.BootstrapServers, "--topic", "greetings", "--from-beginning", "--max-messages", "1", "--timeout-ms", "60000",
            "--command-config", config)).Succeeded().Output.ShouldContain("hello");
    }

    [Fact]
    public async Task A_tool_is_told_what_is_wrong_with_a_certificate()
    {
        DifferentialRun.SkipWithoutKafka();
        using TestAuthority other = new("Somebody else");
        await using InProcessBroker broker = await StartAsync();

        ToolResult unknown = await ListTopics(broker, Config(Keystore(other.Issue("CN=shop"))));
        unknown.ExitCode.ShouldNotBe(0);
        unknown.Output.ShouldContain("SslAuthenticationException");

        ToolResult distrusting = await ListTopics(broker, Config(Keystore(_authority.Issue("CN=shop")), $"ssl.truststore.location={Write("other.pem", other.Pem)}"));
        distrusting.ExitCode.ShouldNotBe(0);
        distrusting.Output.ShouldContain("SSL handshake failed");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static Task<ToolResult> ListTopics(InProcessBroker broker, string config) =>
        KafkaTool.Run("topics", "--bootstrap-server", broker.BootstrapServers, "--command-config", config, "--list");

    private Task<InProcessBroker> StartAsync() => InProcessBroker.StartAsync(
        ("listeners", "SSL://127.0.0.1:0"), ("advertised.listeners", "SSL://127.0.0.1:0"), ("ssl.client.auth", "required"),
        ("ssl.keystore.type", "PEM"), ("ssl.keystore.location", Write("broker.pem", TestAuthority.KeystorePem(_authority.Issue("CN=broker")))),
        ("ssl.truststore.type", "PEM"), ("ssl.truststore.location", Write("ca.pem", _authority.Pem)), ("offsets.topic.num.partitions", "1"));

    private string Keystore(X509Certificate2 certificate)
    {
        string path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.p12");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, "secret"));
        return path;
    }

    // The last of two values for a name counts.
    private string Config(string keystore, params string[] more) => Write($"{Guid.NewGuid():N}.properties", string.Join('\n', (string[])
    [
        "security.protocol=SSL", "ssl.truststore.type=PEM", $"ssl.truststore.location={Path.Combine(_folder.Path, "ca.pem")}",
        "ssl.keystore.type=PKCS12", $"ssl.keystore.location={keystore}", "ssl.keystore.password=secret", "ssl.key.password=secret", .. more,
    ]));

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, content);
        return path;
    }
}
