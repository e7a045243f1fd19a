using System.Text;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Client.Security;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Security.Sasl;

/// <summary>Brokers with a SASL listener in front of a plain one, and ways to talk to them.</summary>
internal static class SaslBroker
{
    public const string PlainJaas = "listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"secret\" user_bob=\"other\";";

    /// <summary>Starts a broker that offers PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512; alice and bob are users of PLAIN. Refusals are not held back.</summary>
    public static Task<TestBroker> StartAsync(params string[] settings) => TestBroker.StartAsync(
    [
        "listeners=SASL_PLAINTEXT://127.0.0.1:0,PLAINTEXT://127.0.0.1:0",
        "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        PlainJaas,
        "connection.failed.authentication.delay.ms=0",
        .. settings,
    ]);

    public static Task<KafkaConnection> LogInAsync(this TestBroker broker, SaslCredentials credentials) => broker.ConnectAsync(
        adjust: options => (options.SecurityProtocol, options.Sasl, options.TimeProvider) = (SecurityProtocol.SaslPlaintext, credentials, broker.Time));

    /// <summary>Connects to the second listener, which asks nobody who they are.</summary>
    public static Task<KafkaConnection> ConnectPlainAsync(this TestBroker broker) =>
        KafkaConnection.ConnectAsync(new Client.BrokerEndpoint("127.0.0.1", broker.Server.Endpoints[1].Address.Port));

    public static SaslHandshakeRequest Handshake(string mechanism) => new() { Mechanism = mechanism };

    public static SaslAuthenticateRequest Authenticate(string message) => new() { AuthBytes = Encoding.UTF8.GetBytes(message) };

    public static ApiVersionsRequest Versions() => new() { ClientSoftwareName = "test", ClientSoftwareVersion = "1" };

    /// <summary>Goes as far as the handshake.</summary>
    public static async Task<RawConnection> ShakeHandsAsync(this TestBroker broker, string mechanism = "PLAIN", short version = 1)
    {
        RawConnection connection = await broker.ConnectRawAsync();
        (await connection.ExchangeAsync(Handshake(mechanism), version)).ErrorCode.ShouldBe(ErrorCode.None);
        return connection;
    }

    /// <summary>Goes all the way.</summary>
    public static async Task<RawConnection> LogInRawAsync(this TestBroker broker, string message = "\0alice\0secret")
    {
        RawConnection connection = await broker.ShakeHandsAsync();
        (await connection.ExchangeAsync(Authenticate(message), 2)).ErrorCode.ShouldBe(ErrorCode.None);
        return connection;
    }

    /// <summary>Whether requests that need an authenticated client pass.</summary>
    public static async Task<bool> IsOpenAsync(this RawConnection connection) =>
        await connection.ExchangeAsync(RawConnection.Frame(ApiKey.Metadata, 12, new MetadataRequest { Topics = [] })) is not null;
}
