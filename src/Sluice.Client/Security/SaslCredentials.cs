using Sluice.Protocol.Sasl;

namespace Sluice.Client.Security;

/// <summary>Who a client is, and how it proves that. Made by one of the methods; holds secrets and never prints them.</summary>
public sealed class SaslCredentials
{
    private readonly Func<CancellationToken, ValueTask<ISaslClient>> _begin;

    private SaslCredentials(string mechanism, Func<CancellationToken, ValueTask<ISaslClient>> begin)
    {
        Mechanism = mechanism;
        _begin = begin;
    }

    /// <summary>Name of the mechanism, such as <c>SCRAM-SHA-256</c>.</summary>
    public string Mechanism { get; }

    /// <summary>PLAIN: name and password as they are. Only for connections that nobody else can read.</summary>
    /// <param name="userName">Not empty.</param>
    /// <param name="password">Not empty.</param>
    public static SaslCredentials Plain(string userName, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(userName);
        ArgumentException.ThrowIfNullOrEmpty(password);
        return new SaslCredentials(SaslMechanismNames.Plain, _ => new ValueTask<ISaslClient>(new PlainClient(userName, password)));
    }

    /// <summary>SCRAM: the password does not travel, and the broker proves that it knows the user.</summary>
    /// <param name="mechanism">SHA-256 or SHA-512.</param>
    /// <param name="userName">Not empty; the id of a delegation token if <paramref name="isToken"/>.</param>
    /// <param name="password">Not empty; the HMAC of a delegation token in base64 if <paramref name="isToken"/>.</param>
    /// <param name="isToken">Whether it is a delegation token that logs in.</param>
    public static SaslCredentials Scram(ScramMechanism mechanism, string userName, string password, bool isToken = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(userName);
        ArgumentException.ThrowIfNullOrEmpty(password);
        return new SaslCredentials(
            SaslMechanismNames.Of(mechanism),
            _ => new ValueTask<ISaslClient>(new ScramClient(mechanism, userName, password, isToken, ScramText.NewNonce())));
    }

    /// <summary>OAUTHBEARER: a token that an identity provider made.</summary>
    /// <param name="getToken">Called for every connection, and again whenever it must authenticate again.</param>
    public static SaslCredentials OAuthBearer(Func<CancellationToken, ValueTask<string>> getToken)
    {
        ArgumentNullException.ThrowIfNull(getToken);
        return new SaslCredentials(
            SaslMechanismNames.OAuthBearer,
            async cancellationToken => new OAuthBearerClient(await getToken(cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>OAUTHBEARER with a token that stays the same.</summary>
    /// <param name="token">Not empty.</param>
    public static SaslCredentials OAuthBearer(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        return OAuthBearer(_ => new ValueTask<string>(token));
    }

    /// <summary>Begins one exchange.</summary>
    internal ValueTask<ISaslClient> BeginAsync(CancellationToken cancellationToken) => _begin(cancellationToken);
}
