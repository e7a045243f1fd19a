using System.Text;
using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Security.Sasl;

/// <summary>Which requests a SASL listener takes in which order, frame by frame.</summary>
public class SaslOrderTests
{
    [Fact]
    public async Task Versions_then_handshake_then_messages_then_everything()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        RawConnection connection = await broker.ConnectRawAsync();
        ApiVersionsResponse versions = await connection.ExchangeAsync(SaslBroker.Versions(), 4);
        ApiKey[] expected = [ApiKey.SaslHandshake, ApiKey.SaslAuthenticate, ApiKey.Fetch];
        expected.Except(versions.ApiKeys.Select(static api => (ApiKey)api.ApiKey)).ShouldBeEmpty();
        SaslHandshakeResponse handshake = await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1);
        handshake.ErrorCode.ShouldBe(ErrorCode.None);
        handshake.Mechanisms.ShouldBe(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]);
        SaslAuthenticateResponse authenticated = await connection.ExchangeAsync(SaslBroker.Authenticate("\0alice\0secret"), 2);
        (authenticated.ErrorCode, authenticated.ErrorMessage, authenticated.AuthBytes.Length, authenticated.SessionLifetimeMs).ShouldBe((ErrorCode.None, "", 0, 0L));
        broker.Server.Connections.ShouldHaveSingleItem().Principal.ToString().ShouldBe("User:alice");
        (await connection.IsOpenAsync()).ShouldBeTrue();
        (await connection.ExchangeAsync(SaslBroker.Versions(), 4)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task Version_0_of_the_handshake_is_followed_by_bare_messages()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        RawConnection connection = await broker.ShakeHandsAsync(version: 0);
        (await connection.ExchangeAsync(Encoding.UTF8.GetBytes("\0alice\0secret"))).ShouldBe([]);
        (await connection.IsOpenAsync()).ShouldBeTrue();

        RawConnection wrong = await broker.ShakeHandsAsync(version: 0);
        (await wrong.ExchangeAsync(Encoding.UTF8.GetBytes("\0alice\0wrong"))).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.AuthenticationFailed);
    }

    public static TheoryData<string, byte[][]> IllegalStarts() => new()
    {
        { "Metadata first", [Frame(ApiKey.Metadata, 12, new MetadataRequest { Topics = [] })] },
        { "SaslAuthenticate first", [Frame(ApiKey.SaslAuthenticate, 2, SaslBroker.Authenticate("\0alice\0secret"))] },
        { "ApiVersions twice", [Frame(ApiKey.ApiVersions, 4, SaslBroker.Versions()), Frame(ApiKey.ApiVersions, 4, SaslBroker.Versions())] },
        { "Metadata behind ApiVersions", [Frame(ApiKey.ApiVersions, 4, SaslBroker.Versions()), Frame(ApiKey.Metadata, 12, new MetadataRequest { Topics = [] })] },
        { "an unknown API first", [RawConnection.Frame(1234, 0, 1, [])] },
        { "no request at all", [[0x60, 0x80, 0x01, 0x02]] },
        { "nothing", [[]] },
    };

    [Theory]
    [MemberData(nameof(IllegalStarts))]
    public async Task What_is_illegal_before_the_handshake_ends_the_connection_without_an_answer(string what, byte[][] frames)
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        RawConnection connection = await broker.ConnectRawAsync();
        foreach (byte[] frame in frames[..^1]) (await connection.ExchangeAsync(frame)).ShouldNotBeNull(what);
        (await connection.ExchangeAsync(frames[^1])).ShouldBeNull(what);
    }

    [Fact]
    public async Task ApiVersions_of_an_unknown_version_is_answered_and_may_be_asked_again()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        RawConnection connection = await broker.ConnectRawAsync();
        (await connection.ExchangeAsync(RawConnection.Frame((short)ApiKey.ApiVersions, 99, 2, []))).ShouldNotBeNull();
        (await connection.ExchangeAsync(SaslBroker.Versions(), 3)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData("GSSAPI")]
    [InlineData("plain")]
    [InlineData("OAUTHBEARER")]
    [InlineData("")]
    public async Task A_mechanism_that_is_not_offered_is_told_what_is(string mechanism)
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        RawConnection connection = await broker.ConnectRawAsync();
        SaslHandshakeResponse response = await connection.ExchangeAsync(SaslBroker.Handshake(mechanism), 1);
        response.ErrorCode.ShouldBe(ErrorCode.UnsupportedSaslMechanism);
        response.Mechanisms.ShouldBe(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]);
        (await connection.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Another_request_in_the_middle_of_an_exchange_is_answered_in_its_own_format_and_ends_the_connection()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        RawConnection versions = await broker.ShakeHandsAsync();
        (await versions.ExchangeAsync(SaslBroker.Versions(), 4)).ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        (await versions.ReceiveAsync()).ShouldBeNull();

        RawConnection handshake = await broker.ShakeHandsAsync();
        (await handshake.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        (await handshake.ReceiveAsync()).ShouldBeNull();

        RawConnection groups = await broker.ShakeHandsAsync();
        (await groups.ExchangeAsync(new ListGroupsRequest(), 4)).ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        (await groups.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Wrong_credentials_are_told_and_end_the_connection()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        RawConnection connection = await broker.ShakeHandsAsync();
        SaslAuthenticateResponse response = await connection.ExchangeAsync(SaslBroker.Authenticate("\0alice\0wrong"), 2);
        response.ErrorCode.ShouldBe(ErrorCode.SaslAuthenticationFailed);
        response.ErrorMessage.ShouldBe("Authentication failed: Invalid username or password");
        (await connection.ReceiveAsync()).ShouldBeNull();

        RawConnection scram = await broker.ShakeHandsAsync("SCRAM-SHA-512");
        (await scram.ExchangeAsync(SaslBroker.Authenticate("n,,n=nobody,r=abc"), 2)).ErrorMessage
            .ShouldBe("Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512");
        (await scram.ReceiveAsync()).ShouldBeNull();
        LoggedEvent logged = await broker.Log.WaitForAsync("AuthenticationFailed");
        logged.Message.ShouldContain("PLAIN");
        logged.Message.ShouldNotContain("alice");
    }

    [Fact]
    public async Task Who_is_known_already_cannot_begin_again_where_sessions_do_not_end()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        RawConnection connection = await broker.LogInRawAsync();
        (await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        SaslAuthenticateResponse response = await connection.ExchangeAsync(SaslBroker.Authenticate("\0bob\0other"), 2);
        response.ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        response.ErrorMessage.ShouldBe("SaslAuthenticate request received after successful authentication");
        (await connection.IsOpenAsync()).ShouldBeTrue();
        broker.Server.Connections.ShouldHaveSingleItem().Principal.ToString().ShouldBe("User:alice");
    }

    [Fact]
    public async Task A_listener_without_SASL_refuses_it_and_goes_on()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection connection = await broker.ConnectRawAsync();
        (await connection.ExchangeAsync(SaslBroker.Handshake("PLAIN"), 1)).ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        (await connection.ExchangeAsync(SaslBroker.Authenticate("\0alice\0secret"), 2)).ErrorCode.ShouldBe(ErrorCode.IllegalSaslState);
        (await connection.IsOpenAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_frame_above_the_limit_ends_the_connection_until_the_client_is_known()
    {
        await using TestBroker broker = await SaslBroker.StartAsync("sasl.server.max.receive.size=200");
        RawConnection connection = await broker.ConnectRawAsync();
        await connection.SendAsync(RawConnection.Size(201));
        (await connection.ReceiveAsync()).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.FrameSize);

        RawConnection known = await broker.LogInRawAsync();
        MetadataRequest large = new() { Topics = [] };
        for (int i = 0; i < 20; i++) large.Topics.Add().Name = $"a-topic-with-a-long-name-{i}";
        (await known.ExchangeAsync(RawConnection.Frame(ApiKey.Metadata, 12, large))).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_client_that_does_not_say_who_it_is_is_disconnected_in_time()
    {
        await using TestBroker broker = await SaslBroker.StartAsync("sluice.authentication.timeout.ms=5000");
        RawConnection silent = await broker.ShakeHandsAsync();
        RawConnection known = await broker.LogInRawAsync();
        broker.Time.Advance(TimeSpan.FromSeconds(5));
        (await silent.ReceiveAsync()).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.AuthenticationTimeout);
        (await known.IsOpenAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_refusal_is_held_back()
    {
        await using TestBroker broker = await SaslBroker.StartAsync("connection.failed.authentication.delay.ms=700");
        RawConnection connection = await broker.ShakeHandsAsync();
        await connection.SendFrameAsync(Frame(ApiKey.SaslAuthenticate, 2, SaslBroker.Authenticate("\0alice\0wrong")));
        Task<byte[]?> answer = connection.ReceiveAsync();
        await broker.Log.WaitForAsync("AuthenticationFailed");
        broker.Time.Advance(TimeSpan.FromMilliseconds(699));
        answer.IsCompleted.ShouldBeFalse();
        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(1), () => Task.FromResult(answer.IsCompleted));
        RawConnection.Read<SaslAuthenticateResponse>((await answer).ShouldNotBeNull(), 2).ErrorCode.ShouldBe(ErrorCode.SaslAuthenticationFailed);
        (await connection.ReceiveAsync()).ShouldBeNull();
    }

    private static byte[] Frame(ApiKey api, short version, IMessage body) => RawConnection.Frame(api, version, body);
}
