namespace Sluice.Testing;

// How clients of a secured broker connect.
public sealed partial class SluiceBroker
{
    /// <summary>What clients are given as <c>security.protocol</c>: <c>PLAINTEXT</c>, <c>SSL</c>, <c>SASL_PLAINTEXT</c> or <c>SASL_SSL</c>.</summary>
    public string SecurityProtocol => _security.Protocol;

    /// <summary>What clients trust, as PEM (<c>ssl.ca.pem</c>; in a file, <c>ssl.ca.location</c>): the same for all brokers of the process. Null without <see cref="SluiceBrokerOptions.WithTls"/>.</summary>
    public string? CertificatePem => _options.UsesTls ? TestCertificate.Shared.Pem : null;

    /// <summary>All that a client needs to connect, by the names of librdkafka: address, protocol, certificate, user and password.</summary>
    /// <param name="userName">One given by <see cref="SluiceBrokerOptions.WithUser"/>; null where clients do not log in.</param>
    /// <param name="mechanism"><c>PLAIN</c>, <c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>; where clients do not log in, of no account.</param>
    /// <returns>The caller's, made to be handed to <c>new ProducerConfig(…)</c>.</returns>
    /// <exception cref="ArgumentException">There is no such user or mechanism, or nobody is named where clients have to log in.</exception>
    public Dictionary<string, string> ClientSettings(string? userName = null, string mechanism = "PLAIN") =>
        _security.ClientSettings(BootstrapServers, userName, mechanism);
}
