using Sluice.Conformance.Peers;
using Sluice.Differential.Peers;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tools and console clients log in to Sluice by every mechanism.</summary>
public sealed class SaslToolsTests : IAsyncLifetime
{
    private const string Package = "org.apache.kafka.common.security";

    private readonly TemporaryFolder _folder = new("sasl-tools");
    private Peer? _peer;

    private string Bootstrap => $"127.0.0.1:{_peer!.SaslPort}";

    public async ValueTask InitializeAsync()
    {
        if (RunSettings.KafkaFolder is not { } folder) return;
        _peer = RunSettings.ComparesKafkaWithItself ? await KafkaPeer.StartSaslAsync(folder, "Kafka") : await SluicePeer.StartSaslAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_peer is not null) await _peer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Users_are_made_and_console_clients_log_in_by_every_mechanism()
    {
        DifferentialRun.SkipWithoutKafka();
        string plain = Config("PLAIN", $"{Package}.plain.PlainLoginModule required username=\"{SaslSettings.User}\" password=\"{SaslSettings.Password}\";");
        // Both in one request are refused, by Kafka as well.
        foreach (string credential in new[] { "SCRAM-SHA-256=[iterations=8192,password=carols]", "SCRAM-SHA-512=[password=carols]" })
        {
            (await Run("configs", plain, "--alter", "--entity-type", "users", "--entity-name", "carol", "--add-config", credential))
                .Succeeded().Output.ShouldContain("Completed updating config for user carol");
        }
        string described = (await Run("configs", plain, "--describe", "--entity-type", "users", "--entity-name", "carol")).Succeeded().Output;
        described.ShouldContain("SCRAM credential configs for user-principal 'carol' are ");
        described.ShouldContain("SCRAM-SHA-256=iterations=8192");
        described.ShouldContain("SCRAM-SHA-512=iterations=4096");

        string carol = $"{Package}.scram.ScramLoginModule required username=\"carol\" password=\"carols\";";
        await RoundTripAsync("plain", plain);
        await RoundTripAsync("scram-256", Config("SCRAM-SHA-256", carol));
        await RoundTripAsync("scram-512", Config("SCRAM-SHA-512", carol));
        await RoundTripAsync("token", Config(
            "OAUTHBEARER",
            $"{Package}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"carol\";",
            $"sasl.login.callback.handler.class={Package}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler"));

        ToolResult wrong = await Run("topics", Config("SCRAM-SHA-512", carol.Replace("carols", "wrong", StringComparison.Ordinal)), "--list");
        wrong.ExitCode.ShouldNotBe(0);
        wrong.Output.ShouldContain("SaslAuthenticationException: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512");

        (await Run("configs", plain, "--alter", "--entity-type", "users", "--entity-name", "carol", "--delete-config", "SCRAM-SHA-256")).Succeeded();
        (await Run("topics", Config("SCRAM-SHA-256", carol), "--list")).ExitCode.ShouldNotBe(0);
    }

    [Fact]
    public async Task Delegation_tokens_are_made_used_renewed_and_ended()
    {
        DifferentialRun.SkipWithoutKafka();
        string plain = Config("PLAIN", $"{Package}.plain.PlainLoginModule required username=\"{SaslSettings.User}\" password=\"{SaslSettings.Password}\";");
        string created = (await Run("org.apache.kafka.tools.DelegationTokenCommand", plain, "--create", "--max-life-time-period", "-1", "--renewer-principal", "User:bob")).Succeeded().Output;
        string[] row = created.Split('\n').Single(static line => line.Contains("User:alice", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (string id, string hmac) = (row[0], row[1]);
        string token = Config("SCRAM-SHA-256", $"{Package}.scram.ScramLoginModule required username=\"{id}\" password=\"{hmac}\" tokenauth=\"true\";");
        (await Run("topics", token, "--list")).Succeeded();
        (await Run("org.apache.kafka.tools.DelegationTokenCommand", plain, "--describe", "--owner-principal", $"User:{SaslSettings.User}")).Succeeded().Output.ShouldContain(id);
        (await Run("org.apache.kafka.tools.DelegationTokenCommand", plain, "--renew", "--hmac", hmac, "--renew-time-period", "-1")).Succeeded();
        (await Run("org.apache.kafka.tools.DelegationTokenCommand", plain, "--expire", "--hmac", hmac, "--expiry-time-period", "-1")).Succeeded();
        (await Run("topics", token, "--list")).ExitCode.ShouldNotBe(0);
    }

    private async Task RoundTripAsync(string topic, string config)
    {
        (await KafkaTool.RunWith($"hello {topic}\n", "console-producer", "--bootstrap-server", Bootstrap, "--topic", topic, "--command-config", config)).Succeeded();
        (await KafkaTool.Run(
            "console-consumer", "--bootstrap-server", Bootstrap, "--topic", topic, "--from-beginning", "--max-messages", "1", "--timeout-ms", "60000", "--command-config", config))
            .Succeeded().Output.ShouldContain($"hello {topic}");
    }

    private Task<ToolResult> Run(string tool, string config, params string[] arguments) =>
        KafkaTool.Run([tool, "--bootstrap-server", Bootstrap, "--command-config", config, .. arguments]);

    private string Config(string mechanism, string jaas, params string[] more)
    {
        string path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.properties");
        File.WriteAllLines(path, ["security.protocol=SASL_PLAINTEXT", $"sasl.mechanism={mechanism}", $"sasl.jaas.config={jaas}", .. more]);
        return path;
    }
}
