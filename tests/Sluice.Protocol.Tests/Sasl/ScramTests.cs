using System.Text;
using Sluice.Protocol.Sasl;

namespace Sluice.Protocol.Tests.Sasl;

public class ScramTests
{
    /// <summary>The example of RFC 7677, section 3.</summary>
    [Fact]
    public void The_example_of_RFC_7677_comes_out()
    {
        const string serverFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        const string authMessage =
            $"n=user,r=rOprNGfwEbeRWgbNEkqO,{serverFirst},c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        byte[] salted = ScramFormulas.SaltPassword(ScramMechanism.Sha256, "pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
        byte[] clientKey = ScramFormulas.ClientKey(ScramMechanism.Sha256, salted);
        byte[] signature = ScramFormulas.Sign(ScramMechanism.Sha256, ScramFormulas.StoredKey(ScramMechanism.Sha256, clientKey), authMessage);
        Convert.ToBase64String(ScramFormulas.ExclusiveOr(clientKey, signature)).ShouldBe("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        byte[] serverKey = ScramFormulas.ServerKey(ScramMechanism.Sha256, salted);
        Convert.ToBase64String(ScramFormulas.Sign(ScramMechanism.Sha256, serverKey, authMessage)).ShouldBe("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    [Theory]
    [InlineData(ScramMechanism.Sha256, 32)]
    [InlineData(ScramMechanism.Sha512, 64)]
    public void Keys_are_as_long_as_the_digest(ScramMechanism mechanism, int bytes)
    {
        byte[] salted = ScramFormulas.SaltPassword(mechanism, "pässwörd", "salt"u8, 1);
        salted.Length.ShouldBe(bytes);
        ScramFormulas.KeyBytes(mechanism).ShouldBe(bytes);
        ScramFormulas.StoredKey(mechanism, ScramFormulas.ClientKey(mechanism, salted)).Length.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("user", "user")]
    [InlineData("a,b=c", "a=2Cb=3Dc")]
    [InlineData("=2C", "=3D2C")]
    [InlineData("käthe", "käthe")]
    public void Names_go_there_and_back(string name, string encoded)
    {
        ScramText.EncodeName(name).ShouldBe(encoded);
        ScramText.TryDecodeName(encoded, out string? decoded).ShouldBeTrue();
        decoded.ShouldBe(name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("a=2")]
    [InlineData("a=2c")]
    [InlineData("a==2C")]
    [InlineData("a=41")]
    public void Other_names_are_refused(string encoded) => ScramText.TryDecodeName(encoded, out _).ShouldBeFalse();

    [Theory]
    [InlineData("abc%hvYD", true)]
    [InlineData("a,b", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    public void A_nonce_is_printable_and_has_no_comma(string text, bool isNonce) => ScramText.IsNonce(text).ShouldBe(isNonce);

    [Fact]
    public void Nonces_differ_and_are_nonces()
    {
        string[] nonces = [.. Enumerable.Range(0, 100).Select(_ => ScramText.NewNonce())];
        nonces.Distinct().Count().ShouldBe(100);
        nonces.ShouldAllBe(nonce => ScramText.IsNonce(nonce));
    }

    [Theory]
    [InlineData("YWJj", "abc")]
    [InlineData("YWI=", "ab")]
    public void Base64_is_read(string text, string expected)
    {
        ScramText.TryReadBase64(text, out byte[]? bytes).ShouldBeTrue();
        Encoding.UTF8.GetString(bytes!).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("YWJ")]
    [InlineData("YW Jj")]
    [InlineData("YWJj\n")]
    [InlineData("!!!!")]
    public void What_is_no_base64_is_not_read(string text) => ScramText.TryReadBase64(text, out _).ShouldBeFalse();
}
