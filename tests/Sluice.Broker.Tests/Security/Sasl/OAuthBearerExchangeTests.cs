using System.Text;
using Sluice.Broker.Security;
using Sluice.Broker.Security.Sasl;

namespace Sluice.Broker.Tests.Security.Sasl;

public class OAuthBearerExchangeTests
{
    private const char Separator = '\u0001';

    [Theory]
    [InlineData("n,,|auth=Bearer good||")]
    [InlineData("n,a=alice,|auth=bearer  good||")]
    [InlineData("n,,|host=x|auth=BEARER good|ext=1||")]
    public async Task A_sound_token_makes_the_client_its_subject(string message)
    {
        SaslStep step = await Next(Begin(), message);
        step.Identity.ShouldBe(new SaslIdentity(KafkaPrincipal.User("alice"), ExpiresAtMs: 1234));
        step.Reply.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_is_refused_is_told_so_before_it_fails()
    {
        OAuthBearerExchange exchange = Begin();
        SaslStep step = await Next(exchange, "n,,|auth=Bearer bad||");
        step.IsRefused.ShouldBeFalse();
        Encoding.UTF8.GetString(step.Reply).ShouldBe("""{"status":"invalid_token"}""");
        SaslStep end = await exchange.NextAsync(new byte[] { 1 });
        end.Refusal.ShouldBe(SaslRefusal.WrongCredentials);
        end.Message.ShouldBe("""{"status":"invalid_token"}""");
    }

    [Fact]
    public async Task Another_token_instead_of_the_acknowledgement_does_not_help()
    {
        OAuthBearerExchange exchange = Begin();
        await Next(exchange, "n,,|auth=Bearer bad||");
        (await Next(exchange, "n,,|auth=Bearer good||")).IsRefused.ShouldBeTrue();
    }

    [Fact]
    public async Task To_act_as_somebody_else_is_refused() =>
        (await Next(Begin(), "n,a=root,|auth=Bearer good||")).Refusal.ShouldBe(SaslRefusal.OtherAuthorizationId);

    [Theory]
    [InlineData("")]
    [InlineData("|")]
    [InlineData("n,,|")]
    [InlineData("n,,||")]
    [InlineData("n,,|auth=Bearer good|")]
    [InlineData("n,,|auth=Bearer ||")]
    [InlineData("n,,|auth=Basic good||")]
    [InlineData("n,,|auth=Bearer go od||")]
    [InlineData("n,,|auth=Bearer g\u00e4||")]
    [InlineData("n,,|auth=Bearer good|auth=Bearer good||")]
    [InlineData("n,,|=x|auth=Bearer good||")]
    [InlineData("n,,|e1=x|auth=Bearer good||")]
    [InlineData("y,,|auth=Bearer good||")]
    [InlineData("n,a=,|auth=Bearer good||")]
    [InlineData("n,a=x,y,|auth=Bearer good||")]
    public async Task A_message_that_is_none_is_refused(string message) => (await Next(Begin(), message)).Refusal.ShouldBe(SaslRefusal.MalformedMessage);

    private static OAuthBearerExchange Begin() => new(new GoodOnly());

    private static async Task<SaslStep> Next(OAuthBearerExchange exchange, string message) =>
        await exchange.NextAsync(Encoding.UTF8.GetBytes(message.Replace('|', Separator)));

    private sealed class GoodOnly : IBearerTokenValidator
    {
        public ValueTask<BearerTokenCheck> ValidateAsync(string token) =>
            new(token == "good" ? BearerTokenCheck.Accept(new BearerToken("alice", 1234)) : BearerTokenCheck.Refuse(SaslRefusal.WrongCredentials));
    }
}
