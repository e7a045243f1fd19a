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
    /// <param name="renewers">Who may renew it; users.</param>
    /// <param name="lifetimeMs">Longest life; 0 or less = as long as the settings allow.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    /// <returns>The token, or why there is none.</returns>
    public async ValueTask<(DelegationToken? Token, ErrorCode Error)> CreateAsync(
        KafkaPrincipal owner, KafkaPrincipal requester, IReadOnlyCollection<KafkaPrincipal> renewers, long lifetimeMs, CancellationToken cancellationToken)
    {
        if (Secrets is null) return (null, ErrorCode.DelegationTokenAuthDisabled);
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
    /// <returns>When it ends, in Unix milliseconds; 0 = it stays as it is, and why.</returns>
    public ValueTask<(long ExpiryMs, ErrorCode Error)> RenewAsync(ReadOnlyMemory<byte> hmac, KafkaPrincipal caller, long periodMs, CancellationToken cancellationToken) =>
        ChangeAsync(
            hmac,
            (token, nowMs) =>
            {
                // Kafka's order: who may not renew it is told first that there is nothing left to renew.
                if (HasExpired(token, nowMs)) return (null, ErrorCode.DelegationTokenExpired);
                if (!MayChange(token, caller)) return (null, ErrorCode.DelegationTokenOwnerMismatch);
                long leftMs = periodMs > 0 ? Math.Min(periodMs, settings.ExpiryTimeMs) : settings.ExpiryTimeMs;
                return (EndingAt(token, Later(nowMs, leftMs)), ErrorCode.None);
            },
            cancellationToken);

    /// <summary>Lets a token count for a time that is set anew, or ends it.</summary>
    /// <param name="hmac">The token's secret.</param>
    /// <param name="caller">Must be its owner or one of its renewers.</param>
    /// <param name="periodMs">For how long from now; negative = it is gone at once, which one that has expired can be as well.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    /// <returns>When it ends, in Unix milliseconds; 0 = it stays as it is, and why.</returns>
    public ValueTask<(long ExpiryMs, ErrorCode Error)> ExpireAsync(ReadOnlyMemory<byte> hmac, KafkaPrincipal caller, long periodMs, CancellationToken cancellationToken) =>
        ChangeAsync(
            hmac,
            (token, nowMs) =>
            {
                if (!MayChange(token, caller)) return (null, ErrorCode.DelegationTokenOwnerMismatch);
                if (periodMs < 0) return (new DelegationTokenRemoved(token.TokenId), ErrorCode.None);
                return HasExpired(token, nowMs) ? (null, ErrorCode.DelegationTokenExpired) : (EndingAt(token, Later(nowMs, periodMs)), ErrorCode.None);
            },
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
        ReadOnlyMemory<byte> hmac, Func<DelegationToken, long, (MetadataChange? Change, ErrorCode Error)> decide, CancellationToken cancellationToken)
    {
        if (Secrets is null) return (0, ErrorCode.DelegationTokenAuthDisabled);
        (long ExpiryMs, ErrorCode Error) result = default;
        await store.UpdateAsync(
            image =>
            {
                long nowMs = NowMs;
                (MetadataChange? change, ErrorCode error) = Find(image.DelegationTokens, hmac.Span) is { } token ? decide(token, nowMs) : (null, ErrorCode.DelegationTokenNotFound);
                result = (change switch { null => 0, DelegationTokenSet { Token.ExpiryTimestampMs: var expiryMs } => expiryMs, _ => nowMs }, error);
                return change is null ? [] : [change];
            },
            cancellationToken).ConfigureAwait(false);
        return result;
    }

    private static bool MayChange(DelegationToken token, KafkaPrincipal caller)
    {
        string name = caller.ToString();
        return token.Owner == name || token.Renewers.Contains(name);
    }

    private static bool HasExpired(DelegationToken token, long nowMs) => token.MaxTimestampMs < nowMs || token.ExpiryTimestampMs < nowMs;

    private static DelegationTokenSet EndingAt(DelegationToken token, long timestampMs) => new(token with { ExpiryTimestampMs = Math.Min(token.MaxTimestampMs, timestampMs) });

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
