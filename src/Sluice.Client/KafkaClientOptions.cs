using Sluice.Client.Security;

namespace Sluice.Client;

/// <summary>How a client connects. Not to be changed once it is in use.</summary>
public sealed class KafkaClientOptions
{
    /// <summary>Name by which brokers know the client in logs and quotas; "sluice" by default.</summary>
    public string ClientId { get; set; } = "sluice";

    /// <summary>How connections are protected; <see cref="SecurityProtocol.Plaintext"/> by default. What is asked for here is never silently done without.</summary>
    public SecurityProtocol SecurityProtocol { get; set; }

    /// <summary>Who the client is. Needed with SASL_PLAINTEXT and SASL_SSL, not used otherwise.</summary>
    public SaslCredentials? Sasl { get; set; }

    /// <summary>Time for name resolution, TCP and the first exchange together; 10 s by default.</summary>
    public TimeSpan ConnectTimeout
    {
        get;
        set => field = Positive(value, nameof(value));
    } = TimeSpan.FromSeconds(10);

    /// <summary>Time from sending a request to its whole answer; 30 s by default, as in Kafka's clients (<c>request.timeout.ms</c>).</summary>
    public TimeSpan RequestTimeout
    {
        get;
        set => field = Positive(value, nameof(value));
    } = TimeSpan.FromSeconds(30);

    /// <summary>Requests on one connection that are sent and not yet answered, 1 or more; 5 by default, as in Kafka's clients. Further ones wait.</summary>
    public int InFlightRequestsMax
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 5;

    /// <summary>Largest answer that is accepted, in bytes; 128 MiB by default. A longer one ends the connection.</summary>
    public int ResponseBytesMax
    {
        get;
        set => field = value >= 1024 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 128 << 20;

    /// <summary>First pause before a retry; doubles up to one second. 50 ms by default.</summary>
    public TimeSpan RetryBackoff
    {
        get;
        set => field = Positive(value, nameof(value));
    } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a request is repeated while brokers answer with retriable errors; 10 s by default.</summary>
    public TimeSpan RetryTimeout
    {
        get;
        set => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = TimeSpan.FromSeconds(10);

    /// <summary>Whom to believe, and what to show, with SSL and SASL_SSL; not used otherwise.</summary>
    public KafkaTlsOptions Tls { get; set; } = new();

    /// <summary>Clock of timeouts, pauses and record timestamps; the system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal bool UsesTls => SecurityProtocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl;

    internal bool UsesSasl => SecurityProtocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;

    /// <exception cref="InvalidOperationException">The protocol asks for SASL, and nobody said who this is.</exception>
    internal SaslCredentials RequireSasl() => Sasl ?? throw new InvalidOperationException($"{SecurityProtocol} needs {nameof(Sasl)}.");

    private static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name);
}
