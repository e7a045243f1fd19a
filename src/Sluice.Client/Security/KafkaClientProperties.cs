using System.Globalization;
using Sluice.Protocol.Sasl;
using Sluice.Protocol.Security;

namespace Sluice.Client.Security;

/// <summary>Takes settings under the names that they have in the property files of Kafka's clients and tools.</summary>
/// <remarks>A key of its own kind of security goes into a method of its own; <see cref="Apply"/> reads what all have in common.</remarks>
public static class KafkaClientProperties
{
    // Java's: a file of that type may be PKCS#12 as well.
    private const string DefaultStoreType = "JKS";

    private static readonly string[] s_protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    /// <summary>Applies the settings that this client knows.</summary>
    /// <param name="properties">By name; case matters, as in Kafka.</param>
    /// <param name="options">Changed.</param>
    /// <returns>Names that were not used, in ordinal order: other clients' settings, which say nothing about how to connect.</returns>
    /// <exception cref="KafkaClientPropertyException">A value makes no sense, or names what this client cannot do; to go on without it could be unsafe.</exception>
    public static IReadOnlyList<string> Apply(IReadOnlyDictionary<string, string> properties, KafkaClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ArgumentNullException.ThrowIfNull(options);
        var left = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in properties) left[name] = value;
        if (Take(left, "client.id") is { Length: > 0 } clientId) options.ClientId = clientId;
        if (Take(left, "request.timeout.ms") is { } timeout) options.RequestTimeout = Milliseconds("request.timeout.ms", timeout);
        if (Take(left, "socket.connection.setup.timeout.ms") is { } connect) options.ConnectTimeout = Milliseconds("socket.connection.setup.timeout.ms", connect);
        if (Take(left, "security.protocol") is { } protocol) options.SecurityProtocol = Protocol(protocol);
        ApplySasl(left, options);
        ApplyTls(left, options);
        return left.Keys.FirstOrDefault(IsAboutSecurity) is { } notHonoured
            ? throw new KafkaClientPropertyException(notHonoured, "is not honoured by this client; to go on without it could be unsafe")
            : [.. left.Keys];
    }

    private static void ApplySasl(SortedDictionary<string, string> left, KafkaClientOptions options)
    {
        string? mechanism = Take(left, "sasl.mechanism");
        string? jaas = Take(left, "sasl.jaas.config");
        // Other files say it; there is one way to use a token here, and this names it.
        Take(left, "sasl.login.callback.handler.class");
        bool usesSasl = options.SecurityProtocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;
        if (!usesSasl) return;
        if (mechanism is null) throw new KafkaClientPropertyException("sasl.mechanism", $"is missing; there are {string.Join(", ", SaslClientFactory.Mechanisms)}");
        options.Sasl = SaslClientFactory.Create(mechanism, jaas, options.TimeProvider);
    }

    private static void ApplyTls(SortedDictionary<string, string> left, KafkaClientOptions options)
    {
        var trust = new KeyStore("ssl.truststore", Take(left, "ssl.truststore.type") ?? DefaultStoreType, Take(left, "ssl.truststore.location"), Take(left, "ssl.truststore.password"));
        var key = new KeyStore("ssl.keystore", Take(left, "ssl.keystore.type") ?? DefaultStoreType, Take(left, "ssl.keystore.location"), Take(left, "ssl.keystore.password"));
        string? trustPem = Take(left, "ssl.truststore.certificates");
        string? keyPem = Take(left, "ssl.keystore.key");
        string? chainPem = Take(left, "ssl.keystore.certificate.chain");
        string? keyPassword = Take(left, "ssl.key.password");
        string identification = Take(left, "ssl.endpoint.identification.algorithm") ?? "https";
        // Which versions and ciphers are agreed upon is the broker's to restrict, and the system's.
        foreach (string name in (string[])["ssl.protocol", "ssl.enabled.protocols", "ssl.provider", "ssl.keymanager.algorithm", "ssl.trustmanager.algorithm"]) Take(left, name);
        bool usesTls = options.SecurityProtocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl;
        if (!usesTls) return;
        options.Tls.ChecksHostName = identification.Trim() switch
        {
            "" => false,
            var algorithm when algorithm.Equals("https", StringComparison.OrdinalIgnoreCase) => true,
            _ => throw new KafkaClientPropertyException("ssl.endpoint.identification.algorithm", "must be https, or empty to accept a certificate of any host"),
        };
        try
        {
            options.Tls.TrustedCertificates = trust.OpenTrusted(trust.ReadFile(), trustPem);
            if (key.OpenKey(key.ReadFile(), keyPem, chainPem, keyPassword) is { } own) (options.Tls.ClientCertificate, options.Tls.ClientChain) = own;
        }
        catch (KeyStoreException problem)
        {
            throw new KafkaClientPropertyException(problem);
        }
    }

    private static SecurityProtocol Protocol(string text) => Array.IndexOf(s_protocols, text.Trim().ToUpperInvariant()) switch
    {
        0 => SecurityProtocol.Plaintext,
        1 => SecurityProtocol.Ssl,
        2 => SecurityProtocol.SaslPlaintext,
        3 => SecurityProtocol.SaslSsl,
        _ => throw new KafkaClientPropertyException("security.protocol", $"must be one of {string.Join(", ", s_protocols)}"),
    };

    private static TimeSpan Milliseconds(string name, string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds > 0
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new KafkaClientPropertyException(name, "must be a number of milliseconds above 0");

    private static string? Take(SortedDictionary<string, string> left, string name) => left.Remove(name, out string? value) ? value : null;

    private static bool IsAboutSecurity(string name) =>
        name.StartsWith("sasl.", StringComparison.Ordinal) || name.StartsWith("ssl.", StringComparison.Ordinal) || name.StartsWith("security.", StringComparison.Ordinal);
}
