using System.Text;
using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Client.Security;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Security.Sasl;

/// <summary>Sessions that end, and clients that authenticate again before they do (KIP-368).</summary>
public class ReauthenticationTests
{
    private const string SessionOf10S = "listener.name.sasl_plaintext.plain.connections.max.reauth.ms=10000";

    [Fact]
    public async Task The_session_is_told_and_ends_with_the_first_request_after_it()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(SessionOf10S);
        RawConnection connection = await broker.ShakeHandsAsync();
        (await connection.ExchangeAsync(SaslBroker.Authenticate("\0alice\0secret"), 1)).SessionLifetimeMs.ShouldBe(10_000);
        broker.Time.Advance(TimeSpan.FromSeconds(10));
        (await connection.IsOpenAsync()).ShouldBeTrue();
        broker.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await connection.IsOpenAsync()).ShouldBeFalse();
        await broker.Log.WaitForClosedAsync(CloseReason.SessionExpired);
    }

    [Fact]
    public async Task A_client_authenticates_again_on_the_same_connection_even_late()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(SessionOf10S);
        RawConnection connection = await broker.LogInRawAsync();
        for (int round = 0; round < 3; round++)
        {
            broker.Time.Advance(TimeSpan.FromSeconds(11));
            (await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(ErrorCode.None);
            (await connection.ExchangeAsync(SaslBroker.Authenticate("\0alice\0secret"), 2)).SessionLifetimeMs.ShouldBe(10_000);
            (await connection.IsOpenAsync()).ShouldBeTrue();
        }
        broker.Server.Connections.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Not_more_often_than_once_a_second()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(SessionOf10S);
        RawConnection connection = await broker.LogInRawAsync();
        await AgainAsync(connection, ErrorCode.None);
        broker.Time.Advance(TimeSpan.FromMilliseconds(999));
        (await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        (await connection.IsOpenAsync()).ShouldBeTrue();
        broker.Time.Advance(TimeSpan.FromMilliseconds(1));
        await AgainAsync(connection, ErrorCode.None);
    }

    [Theory]
    [InlineData("\0bob\0other", "Cannot change principals during re-authentication from User.alice: User.bob")]
    [InlineData("\0alice\0wrong", "Authentication failed: Invalid username or password")]
    public async Task It_must_be_the_same_user(string message, string told)
    {
        await using TestBroker broker = await SaslBroker.StartAsync(SessionOf10S);
        RawConnection connection = await broker.LogInRawAsync();
        (await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(ErrorCode.None);
        SaslAuthenticateResponse response = await connection.ExchangeAsync(SaslBroker.Authenticate(message), 2);
        (response.ErrorCode, response.ErrorMessage).ShouldBe((ErrorCode.SaslAuthenticationFailed, told));
        (await connection.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task It_must_be_the_same_mechanism()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(SessionOf10S);
        RawConnection connection = await broker.LogInRawAsync();
        (await connection.ExchangeAsync(SaslBroker.Handshake("SCRAM-SHA-256"), 1)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ExchangeAsync(SaslBroker.Authenticate("n,,n=alice,r=abc"), 2)).ErrorMessage
            .ShouldBe("SASL mechanism 'SCRAM-SHA-256' requested by client is not supported for re-authentication of mechanism 'PLAIN'");
        (await connection.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Other_requests_wait_until_it_is_done()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(SessionOf10S);
        RawConnection connection = await broker.LogInRawAsync();
        (await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ExchangeAsync(new ListGroupsRequest(), 4)).ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        (await connection.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task The_client_of_this_project_does_it_by_itself()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(SessionOf10S);
        KafkaConnection connection = await broker.LogInAsync(SaslCredentials.Plain("alice", "secret"));
        for (int round = 0; round < 3; round++)
        {
            broker.Time.Advance(TimeSpan.FromSeconds(9));
            (await connection.SendAsync(new MetadataRequest { Topics = [] })).ErrorCode.ShouldBe(ErrorCode.None);
        }
        broker.Server.Connections.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_token_ends_the_session_when_it_ends_itself()
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            "listeners=SASL_PLAINTEXT://127.0.0.1:0",
            "sasl.enabled.mechanisms=OAUTHBEARER",
            "listener.name.sasl_plaintext.oauthbearer.sasl.server.callback.handler.class=org.apache.kafka.common.security.oauthbearer.OAuthBearerUnsecuredValidatorCallbackHandler",
            "connections.max.reauth.ms=60000",
            "connection.failed.authentication.delay.ms=0");
        RawConnection connection = await broker.ShakeHandsAsync("OAUTHBEARER");
        string message = $"n,,\u0001auth=Bearer {TestTokens.Unsecured(TestTokens.Claims(expiresIn: 20))}\u0001\u0001";
        (await connection.ExchangeAsync(SaslBroker.Authenticate(message), 2)).SessionLifetimeMs.ShouldBe(20_000);
        broker.Server.Connections.ShouldHaveSingleItem().Principal.ToString().ShouldBe("User:alice");

        RawConnection late = await broker.ShakeHandsAsync("OAUTHBEARER");
        broker.Time.Advance(TimeSpan.FromSeconds(21));
        SaslAuthenticateResponse refused = await late.ExchangeAsync(SaslBroker.Authenticate(message), 2);
        refused.ErrorCode.ShouldBe(ErrorCode.None);
        Encoding.UTF8.GetString(refused.AuthBytes.Span).ShouldBe("""{"status":"invalid_token"}""");
        (await late.ExchangeAsync(SaslBroker.Authenticate("\u0001"), 2)).ErrorCode.ShouldBe(ErrorCode.SaslAuthenticationFailed);
        (await connection.IsOpenAsync()).ShouldBeFalse();
    }

    private static async Task AgainAsync(RawConnection connection, ErrorCode expected)
    {
        (await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(expected);
        (await connection.ExchangeAsync(SaslBroker.Authenticate("\0alice\0secret"), 2)).ErrorCode.ShouldBe(expected);
    }
}
