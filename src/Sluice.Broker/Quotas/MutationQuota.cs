using Sluice.Protocol;

namespace Sluice.Broker.Quotas;

/// <summary>How much one request may change of topics, counted in partitions that are created or deleted.</summary>
/// <remarks>One request at a time. What was decided on once stays so, since a change may be planned again when another came first.</remarks>
internal sealed class MutationQuota(TokenBucketSensor bucket, double limit, bool isStrict, ClientQuotas quotas)
{
    private readonly Dictionary<string, bool> _decided = new(StringComparer.Ordinal);
    private int _throttleMs;
    private long _throttledAtMs;

    /// <summary>What a client is told whose change is refused.</summary>
    public static string Message { get; } = ErrorCodes.Meaning(ErrorCode.ThrottlingQuotaExceeded);

    /// <summary>Takes permits for one part of the request.</summary>
    /// <param name="part">Names the part within the request.</param>
    /// <param name="permits">Partitions; 0 or more.</param>
    /// <returns>False if the part must be refused with THROTTLING_QUOTA_EXCEEDED.</returns>
    public bool TryTake(string part, int permits)
    {
        if (_decided.TryGetValue(part, out bool isAllowed)) return isAllowed;
        long nowMs = quotas.NowMs;
        int throttleMs = isStrict ? bucket.TryTake(nowMs, permits, limit) : bucket.Take(nowMs, permits, limit);
        if (throttleMs > 0) (_throttleMs, _throttledAtMs) = (throttleMs, nowMs);
        isAllowed = throttleMs == 0 || !isStrict;
        _decided.Add(part, isAllowed);
        return isAllowed;
    }

    /// <summary>For how long the client has to wait from now on, in milliseconds.</summary>
    public int ThrottleMs() => (int)Math.Max(0, _throttleMs - (quotas.NowMs - _throttledAtMs));
}
