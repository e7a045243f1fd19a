using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Telemetry;

/// <summary>What is known of a client that pushes metrics: what it is asked for, and when it last asked and pushed. Pure; not safe for several threads.</summary>
internal sealed class ClientInstance(Uuid id, TelemetryClient client)
{
    private const long EntryLeastMs = 60_000;
    private const long Never = long.MinValue;

    private long _lastAskedMs = Never;
    private long _lastPushedMs = Never;
    private ErrorCode _lastPushError;
    private bool _isTerminating;

    /// <summary>Given by the client, or to it.</summary>
    public Uuid Id { get; } = id;

    /// <summary>Who it is.</summary>
    public TelemetryClient Client { get; } = client;

    /// <summary>What it is asked for.</summary>
    public ClientMetricsSubscription Subscription { get; private set; } = ClientMetricsSubscription.Merge(id, []);

    /// <summary>The subscriptions that <see cref="Subscription"/> was made from, to be told from newer ones.</summary>
    public object? Source { get; private set; }

    /// <summary>When it asked or pushed last, in milliseconds of the broker's clock.</summary>
    public long LastSeenMs => Math.Max(_lastAskedMs, _lastPushedMs);

    /// <summary>When it is forgotten if it keeps silent, in milliseconds of the broker's clock.</summary>
    public long ExpiresMs => LastSeenMs + Math.Max(EntryLeastMs, 3L * Subscription.IntervalMs);

    /// <summary>Takes newer subscriptions.</summary>
    /// <param name="subscription">What it is asked for from here on.</param>
    /// <param name="source">What that was made from.</param>
    public void Update(ClientMetricsSubscription subscription, object source)
    {
        // A client that is asked for something else may ask at once what it is.
        if (subscription.Id != Subscription.Id) _lastAskedMs = Never;
        Subscription = subscription;
        Source = source;
    }

    /// <summary>The client asks what it is asked for.</summary>
    /// <returns>NONE, or THROTTLING_QUOTA_EXCEEDED.</returns>
    public ErrorCode Ask(long nowMs)
    {
        bool mustAsk = _lastPushError is ErrorCode.UnknownSubscriptionId or ErrorCode.UnsupportedCompressionType;
        if (!mustAsk && _lastAskedMs != Never && nowMs - LastSeenMs < Subscription.IntervalMs) return ErrorCode.ThrottlingQuotaExceeded;
        _lastAskedMs = nowMs;
        _lastPushError = ErrorCode.None;
        return ErrorCode.None;
    }

    /// <summary>The client pushes metrics.</summary>
    /// <param name="nowMs">Milliseconds of the broker's clock.</param>
    /// <param name="subscriptionId">What it believes to be asked for.</param>
    /// <param name="isTerminating">Whether this is its last push.</param>
    /// <param name="compressionType">As sent.</param>
    /// <param name="sizeBytes">Of the metrics as sent.</param>
    /// <param name="maxBytes"><c>telemetry.max.bytes</c>.</param>
    public ErrorCode Push(long nowMs, int subscriptionId, bool isTerminating, sbyte compressionType, int sizeBytes, int maxBytes)
    {
        if (_isTerminating) return ErrorCode.InvalidRequest;
        bool hasAskedSince = _lastAskedMs != Never && _lastAskedMs >= _lastPushedMs;
        if (!hasAskedSince && !isTerminating && _lastPushedMs != Never && nowMs - _lastPushedMs < Subscription.IntervalMs) return ErrorCode.ThrottlingQuotaExceeded;
        _lastPushedMs = nowMs;
        _isTerminating = isTerminating;
        if (hasAskedSince) _lastAskedMs = nowMs - 1;
        return _lastPushError = subscriptionId != Subscription.Id
            ? ErrorCode.UnknownSubscriptionId
            : compressionType is < 0 or > 4 ? ErrorCode.UnsupportedCompressionType : sizeBytes > maxBytes ? ErrorCode.TelemetryTooLarge : ErrorCode.None;
    }
}
