using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Client.Security;
using Sluice.Protocol.Sasl;

namespace Sluice.Testing;

/// <summary>What a test said of users, encryption and rights, as settings of the broker and of its clients.</summary>
/// <remarks>
/// Where clients are not let in as they come, the test kit has a listener of its own, on which it logs in by a password that nobody else knows and may do
/// everything. Unchanging; any thread.
/// </remarks>
internal sealed class BrokerSecurity(SluiceBrokerOptions options)
{
    /// <summary>The listener of clients; the first of the broker's.</summary>
    public const string ClientListener = "CLIENTS";

    /// <summary>The test kit's own listener; the second, where there is one.</summary>
    public const string OwnListener = "TESTKIT";

    private const string PlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private const int ScramIterations = 4096;
    private static readonly string[] s_mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

    private readonly string _ownPassword = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>How clients connect, by Kafka's name.</summary>
    public string Protocol { get; } = (options.UsesTls, options.Users.Count > 0) switch
    {
        (false, false) => "PLAINTEXT",
        (true, false) => "SSL",
        (false, true) => "SASL_PLAINTEXT",
        (true, true) => "SASL_SSL",
    };

    /// <summary>Whether the test kit needs a listener of its own.</summary>
    public bool HasOwnListener => Protocol != "PLAINTEXT" || IsAuthorizing;

    private bool IsAuthorizing { get; } = options.Acls.Count > 0 || options.Users.Exists(static user => user.IsSuper);

    /// <summary>Settings that the test may still change.</summary>
    public IEnumerable<(string Name, string Value)> Defaults()
    {
        if (options.Users.Count > 0) yield return ("sasl.enabled.mechanisms", string.Join(',', s_mechanisms));
        if (IsAuthorizing) yield return ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // A key of the test's own would be the second.
        if (!options.UsesTls || options.Settings.Exists(static setting => setting.Key.Contains("ssl.keystore.", StringComparison.Ordinal))) yield break;
        yield return ("ssl.keystore.type", "PEM");
        yield return ("ssl.keystore.key", TestCertificate.Shared.KeyPem);
        yield return ("ssl.keystore.certificate.chain", TestCertificate.Shared.Pem);
    }

    /// <summary>Settings that the test cannot change.</summary>
    /// <param name="port">Of the clients' listener; 0 = a free one.</param>
    public IEnumerable<(string Name, string Value)> Fixed(int port)
    {
        string clients = string.Create(CultureInfo.InvariantCulture, $"{ClientListener}://127.0.0.1:{port}");
        yield return ("listeners", HasOwnListener ? $"{clients},{OwnListener}://127.0.0.1:0" : clients);
        yield return ("listener.security.protocol.map", $"{ClientListener}:{Protocol},{OwnListener}:SASL_PLAINTEXT");
        if (!HasOwnListener) yield break;

        string own = OwnListener.ToLowerInvariant();
        yield return ($"listener.name.{own}.sasl.enabled.mechanisms", "PLAIN");
        yield return ($"listener.name.{own}.plain.sasl.jaas.config", Jaas([new TestUser(BrokerInterceptor.OwnClientId, _ownPassword, IsSuper: true)]));
        string[] given = [.. options.Settings.Where(static setting => setting.Key == "super.users").Select(static setting => setting.Value).TakeLast(1)];
        yield return ("super.users", string.Join(
            ';', [$"User:{BrokerInterceptor.OwnClientId}", .. options.Users.Where(static user => user.IsSuper).Select(static user => $"User:{user.Name}"), .. given]));

        if (options.Users.Count > 0) yield return ($"listener.name.{ClientListener.ToLowerInvariant()}.plain.sasl.jaas.config", Jaas(options.Users));
    }

    /// <summary>How the test kit connects.</summary>
    public KafkaClientOptions OwnClient()
    {
        KafkaClientOptions client = new() { ClientId = BrokerInterceptor.OwnClientId };
        if (!HasOwnListener) return client;
        client.SecurityProtocol = SecurityProtocol.SaslPlaintext;
        client.Sasl = SaslCredentials.Plain(BrokerInterceptor.OwnClientId, _ownPassword);
        return client;
    }

    /// <summary>Has a running broker know what no setting says: passwords of SCRAM, ACLs, quotas.</summary>
    /// <returns>How many of them.</returns>
    public async Task<int> ApplyAsync(AdminClient admin, CancellationToken cancellationToken)
    {
        foreach (TestUser user in options.Users)
            await admin.SetScramPasswordAsync(user.Name, user.Password, [ScramMechanism.Sha256, ScramMechanism.Sha512], ScramIterations, cancellationToken).ConfigureAwait(false);
        if (options.Acls.Count > 0) await admin.CreateAclsAsync(options.Acls, cancellationToken).ConfigureAwait(false);
        foreach (ClientQuota quota in options.Quotas) await admin.AlterClientQuotaAsync(quota, [], cancellationToken).ConfigureAwait(false);
        return options.Users.Count + options.Acls.Count + options.Quotas.Count;
    }

    /// <summary>What a client is configured with, by the names of librdkafka.</summary>
    /// <param name="bootstrapServers">The broker's address.</param>
    /// <param name="userName">Null = nobody.</param>
    /// <param name="mechanism">Of SASL.</param>
    /// <exception cref="ArgumentException">The user is not known, or nobody was named and clients have to log in; or the mechanism is none.</exception>
    public Dictionary<string, string> ClientSettings(string bootstrapServers, string? userName, string mechanism)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["bootstrap.servers"] = bootstrapServers, ["security.protocol"] = Protocol };
        if (options.UsesTls) settings["ssl.ca.pem"] = TestCertificate.Shared.Pem;
        if (userName is null && options.Users.Count == 0) return settings;

        string known = options.Users.Count == 0
            ? $"clients do not log in; {nameof(SluiceBrokerOptions.WithUser)} makes users"
            : $"the broker has {string.Join(", ", options.Users.Select(static user => user.Name))}";
        if (userName is null) throw new ArgumentNullException(nameof(userName), $"Clients of this broker log in, so name a user: {known}.");
        TestUser user = options.Users.Find(user => user.Name == userName) ?? throw new ArgumentException($"There is no user '{userName}': {known}.", nameof(userName));
        if (!s_mechanisms.Contains(mechanism, StringComparer.Ordinal))
            throw new ArgumentException($"'{mechanism}' is no mechanism with which the test kit can log in: {string.Join(", ", s_mechanisms)} are.", nameof(mechanism));
        settings["sasl.mechanism"] = mechanism;
        settings["sasl.username"] = user.Name;
        settings["sasl.password"] = user.Password;
        return settings;
    }

    private static string Jaas(IEnumerable<TestUser> users)
    {
        StringBuilder text = new(PlainModule);
        foreach (TestUser user in users) text.Append(' ').Append(Quoted("user_" + user.Name)).Append('=').Append(Quoted(user.Password));
        return text.Append(';').ToString();
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
