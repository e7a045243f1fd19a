using System.Collections.Immutable;
using System.Security.Cryptography;
using Sluice.Metadata;
using Sluice.Metadata.Tokens;
using Sluice.Protocol;

namespace Sluice.Broker.Security.Tokens;

/// <summary>Makes, renews and ends delegation tokens (KIP-48).</summary>
/// <remarks>Any thread; what is decided is decided on the image that it is committed against.</remarks>
/// <param name="store">Keeps them; not owned.</param>
/// <param name="settings">How long they count.</param>
/// <param name="time">Now.</param>
internal sealed class DelegationTokens(IMetadataStore store, DelegationTokenSettings settings, TimeProvider time)
{
    /// <summary>Most tokens at a time: each is metadata, and is looked through to find one by its secret.</summary>
    public const int TokensMax = 10_000;

    /// <summary>Where their secrets come from; null = there are no tokens here.</summary>
    public DelegationTokenSecrets? Secrets { get; } = settings.SecretKey is { } key ? new DelegationTokenSecrets(key) : null;

    /// <summary>How often to look for expired ones.</summary>
    public TimeSpan CheckInterval => settings.CheckInterval;

    /// <summary>All of them, expired ones that were not swept yet included.</summary>
    public IEnumerable<DelegationToken> All => store.Current.DelegationTokens.Values;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes a token.</summary>
    /// <param name="owner">Who it stands for.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="renewers">Who may renew it.</param>
    /// <param name="lifetimeMs">Longest life; 0 or less = as long as the settings allow.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    /// <returns>The token, or why there is none.</returns>
    public async ValueTask<(DelegationToken? Token, ErrorCode Error)> CreateAsync(
        KafkaPrincipal owner, KafkaPrincipal requester, IReadOnlyCollection<KafkaPrincipal> renewers, long lifetimeMs, CancellationToken cancellationToken)
    {
        if (Secrets is null) return (null, ErrorCode.DelegationTokenAuthDisabled);
        if (renewers.Any(static renewer => renewer.Type != KafkaPrincipal.UserType)) return (null, ErrorCode.InvalidPrincipalType);
        long nowMs = NowMs;
        long maxMs = nowMs + (lifetimeMs > 0 ? Math.Min(lifetimeMs, settings.LifetimeMaxMs) : settings.LifetimeMaxMs);
        DelegationToken token = new(
            Uuid.NewRandom().ToString(),
            owner.ToString(),
            requester.ToString(),
            [.. renewers.Select(static renewer => renewer.ToString())],
            nowMs,
            maxMs,
            Math.Min(maxMs, nowMs + settings.ExpiryTimeMs));
        ErrorCode error = ErrorCode.None;
        await store.UpdateAsync(
            image =>
            {
                error = image.DelegationTokens.Count >= TokensMax ? ErrorCode.PolicyViolation : ErrorCode.None;
                return error == ErrorCode.None ? [new DelegationTokenSet(token)] : [];
            },
            cancellationToken).ConfigureAwait(false);
        return error == ErrorCode.None ? (token, error) : (null, error);
    }

    /// <summary>Lets a token count for longer.</summary>
    /// <param name="hmac">The token's secret.</param>
    /// <param name="caller">Must be its owner or one of its renewers.</param>
    /// <param name="periodMs">For how long from now; 0 or less = as long as the settings say.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public ValueTask<(long ExpiryMs, ErrorCode Error)> RenewAsync(ReadOnlyMemory<byte> hmac, KafkaPrincipal caller, long periodMs, CancellationToken cancellationToken) =>
        ChangeAsync(
            hmac,
            caller,
            (token, nowMs) => (token with { ExpiryTimestampMs = Math.Min(token.MaxTimestampMs, Later(nowMs, periodMs > 0 ? Math.Min(periodMs, settings.ExpiryTimeMs) : settings.ExpiryTimeMs)) }, false),
            cancellationToken);

    /// <summary>Lets a token count for a time that is set anew, or ends it.</summary>
    /// <param name="hmac">The token's secret.</param>
    /// <param name="caller">Must be its owner or one of its renewers.</param>
    /// <param name="periodMs">For how long from now; negative = it is gone at once.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public ValueTask<(long ExpiryMs, ErrorCode Error)> ExpireAsync(ReadOnlyMemory<byte> hmac, KafkaPrincipal caller, long periodMs, CancellationToken cancellationToken) =>
        ChangeAsync(
            hmac,
            caller,
            (token, nowMs) => periodMs < 0
                ? (token with { ExpiryTimestampMs = nowMs }, true)
                : (token with { ExpiryTimestampMs = Math.Min(token.MaxTimestampMs, Later(nowMs, periodMs)) }, false),
            cancellationToken);

    /// <summary>Removes those that count no more.</summary>
    /// <returns>How many.</returns>
    public async ValueTask<int> SweepAsync(CancellationToken cancellationToken)
    {
        int count = 0;
        await store.UpdateAsync(
            image =>
            {
                long nowMs = NowMs;
                MetadataChange[] gone = [.. image.DelegationTokens.Values.Where(token => token.ExpiryTimestampMs < nowMs).Select(static token => new DelegationTokenRemoved(token.TokenId))];
                count = gone.Length;
                return gone;
            },
            cancellationToken).ConfigureAwait(false);
        return count;
    }

    private async ValueTask<(long ExpiryMs, ErrorCode Error)> ChangeAsync(
        ReadOnlyMemory<byte> hmac, KafkaPrincipal caller, Func<DelegationToken, long, (DelegationToken Token, bool IsGone)> change, CancellationToken cancellationToken)
    {
        if (Secrets is null) return (-1, ErrorCode.DelegationTokenAuthDisabled);
        (long ExpiryMs, ErrorCode Error) result = default;
        await store.UpdateAsync(
            image =>
            {
                long nowMs = NowMs;
                DelegationToken? found = Find(image.DelegationTokens, hmac.Span);
                result = (-1, found is null ? ErrorCode.DelegationTokenNotFound : Check(found, caller, nowMs));
                if (result.Error != ErrorCode.None) return [];
                (DelegationToken changed, bool isGone) = change(found!, nowMs);
                result = (changed.ExpiryTimestampMs, ErrorCode.None);
                return isGone ? [new DelegationTokenRemoved(changed.TokenId)] : [new DelegationTokenSet(changed)];
            },
            cancellationToken).ConfigureAwait(false);
        return result;
    }

    private static ErrorCode Check(DelegationToken token, KafkaPrincipal caller, long nowMs)
    {
        string name = caller.ToString();
        if (token.Owner != name && !token.Renewers.Contains(name)) return ErrorCode.DelegationTokenOwnerMismatch;
        return token.MaxTimestampMs < nowMs || token.ExpiryTimestampMs < nowMs ? ErrorCode.DelegationTokenExpired : ErrorCode.None;
    }

    private DelegationToken? Find(ImmutableDictionary<string, DelegationToken> tokens, ReadOnlySpan<byte> hmac)
    {
        foreach (DelegationToken token in tokens.Values)
        {
            if (CryptographicOperations.FixedTimeEquals(Secrets!.HmacOf(token.TokenId), hmac)) return token;
        }
        return null;
    }

    private static long Later(long nowMs, long periodMs) => periodMs > long.MaxValue - nowMs ? long.MaxValue : nowMs + periodMs;
}
