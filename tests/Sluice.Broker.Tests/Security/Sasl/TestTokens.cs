using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Sluice.Broker.Security.Sasl;
using Sluice.Broker.Tests.Support;

namespace Sluice.Broker.Tests.Security.Sasl;

/// <summary>An issuer of tokens with its keys, which makes sound and unsound ones.</summary>
internal sealed class TestTokens : ISigningKeys, IDisposable
{
    private const long StartSeconds = TestBroker.StartMs / 1000;

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ECDsa _p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    /// <summary>Key ids that were asked for.</summary>
    public List<string?> Asked { get; } = [];

    /// <summary>The public keys as JSON Web Key Set.</summary>
    public string KeySet
    {
        get
        {
            RSAParameters rsa = _rsa.ExportParameters(false);
            string rsaKey = $$"""{"kty":"RSA","kid":"rsa","use":"sig","n":"{{Text(rsa.Modulus!)}}","e":"{{Text(rsa.Exponent!)}}"}""";
            return $$"""{"keys":[{{rsaKey}},{{Curve("p256", "P-256", _p256)}},{{Curve("p384", "P-384", _p384)}},{{Curve("p521", "P-521", _p521)}}]}""";
        }
    }

    /// <summary>The modulus of the public key, which everybody knows.</summary>
    public byte[] PublicBytes => _rsa.ExportSubjectPublicKeyInfo();

    /// <summary>Claims of a token that is sound from the start of the test's clock on, for an hour.</summary>
    public static string Claims(string subject = "alice", long expiresIn = 3600, string more = "") =>
        $$"""{"sub":"{{subject}}","iat":{{StartSeconds}},"exp":{{StartSeconds + expiresIn}}{{more}}}""";

    /// <summary>A token that nobody signed.</summary>
    public static string Unsecured(string claims, string header = """{"alg":"none"}""") => $"{Text(Encoding.UTF8.GetBytes(header))}.{Text(Encoding.UTF8.GetBytes(claims))}.";

    public string Signed(string claims, string algorithm = "RS256", string? keyId = null)
    {
        string kid = keyId ?? algorithm switch { "ES256" => "p256", "ES384" => "p384", "ES512" => "p521", _ => "rsa" };
        string content = $"{Text(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","kid":"{{kid}}"}"""))}.{Text(Encoding.UTF8.GetBytes(claims))}";
        return $"{content}.{Text(Sign(algorithm, Encoding.ASCII.GetBytes(content)))}";
    }

    public IReadOnlyList<SecurityKey> Find(string? keyId)
    {
        Asked.Add(keyId);
        return [.. new JsonWebKeySet(KeySet).GetSigningKeys().Where(key => string.IsNullOrEmpty(keyId) || key.KeyId == keyId)];
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _p256.Dispose();
        _p384.Dispose();
        _p521.Dispose();
    }

    private byte[] Sign(string algorithm, byte[] content)
    {
        HashAlgorithmName hash = new($"SHA{algorithm[2..]}");
        return algorithm[..2] switch
        {
            "RS" => _rsa.SignData(content, hash, RSASignaturePadding.Pkcs1),
            "PS" => _rsa.SignData(content, hash, RSASignaturePadding.Pss),
            "ES" => (algorithm switch { "ES256" => _p256, "ES384" => _p384, _ => _p521 }).SignData(content, hash),
            "HS" => HMACSHA256.HashData(PublicBytes, content),
            _ => [],
        };
    }

    private static string Curve(string keyId, string name, ECDsa key)
    {
        ECPoint point = key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","kid":"{{keyId}}","use":"sig","crv":"{{name}}","x":"{{Text(point.X!)}}","y":"{{Text(point.Y!)}}"}""";
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
