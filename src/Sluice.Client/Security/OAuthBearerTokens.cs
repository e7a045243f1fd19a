using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Protocol.Sasl;

namespace Sluice.Client.Security;

/// <summary>Where a client of a property file has its token from: a file, the entry itself, or, unsigned, from the entry's claims.</summary>
internal static class OAuthBearerTokens
{
    private const string JaasKey = "sasl.jaas.config";
    private const string SubjectOption = "unsecuredLoginStringClaim_sub";

    // As Kafka's unsecured login.
    private const long UnsecuredLifetimeSeconds = 3600;

    /// <summary>Finds out.</summary>
    /// <param name="config">With one of the options <c>token</c>, <c>tokenFile</c> and <c>unsecuredLoginStringClaim_sub</c>.</param>
    /// <param name="time">Dates unsigned tokens.</param>
    /// <exception cref="KafkaClientPropertyException">It has none of them.</exception>
    internal static SaslCredentials From(JaasConfig config, TimeProvider time)
    {
        if (config.Find("token") is { Length: > 0 } token) return SaslCredentials.OAuthBearer(token);
        if (config.Find("tokenFile") is { Length: > 0 } file)
        {
            // Read each time: whatever renews the token writes it there.
            return SaslCredentials.OAuthBearer(async cancellationToken => (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).Trim());
        }
        if (config.Find(SubjectOption) is { Length: > 0 } subject) return SaslCredentials.OAuthBearer(_ => new ValueTask<string>(Unsecured(subject, time)));
        throw new KafkaClientPropertyException(JaasKey, $"names no token: give token=\"...\", tokenFile=\"...\" or, for brokers under test, {SubjectOption}=\"...\"");
    }

    /// <summary>A token that nobody signed. Brokers take it only where they were told to believe everybody.</summary>
    internal static string Unsecured(string subject, TimeProvider time)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        string claims = string.Create(CultureInfo.InvariantCulture,
            $$"""{"sub":"{{JsonEncodedText.Encode(subject)}}","iat":{{now}},"exp":{{now + UnsecuredLifetimeSeconds}}}""");
        return $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.";
    }
}
