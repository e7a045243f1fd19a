using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Metadata.Quotas;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Quotas;

/// <summary>Holds users and clients to their quotas: what they use is recorded, and who used too much is told to wait, and made to.</summary>
/// <remarks>
/// A request is answered at once; its connection is then not read from until the time is over. Where nobody has a quota, nothing is recorded and no
/// clock is read. Any thread.
/// </remarks>
internal sealed class ClientQuotas : IMetadataObserver
{
    /// <summary>Most sensors at one time; a client can invent as many names as it likes.</summary>
    internal const int SensorsMax = 10_000;

    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly QuotaWindow _window;
    private readonly QuotaSensors<QuotaSharer> _sensors = new(SensorsMax);
    private readonly Func<RateSensor> _makeRate;
    private readonly Func<TokenBucketSensor> _makeBucket;
    private volatile QuotaTable _table = new(MetadataImage.Empty("none").ClientQuotas);

    public ClientQuotas(BrokerSettings settings, TimeProvider time)
    {
        _time = time;
        _startedAt = time.GetTimestamp();
        _window = QuotaWindow.ForClients(settings);
        QuotaWindow mutationWindow = QuotaWindow.ForMutations(settings);
        _makeRate = () => new RateSensor(_window);
        _makeBucket = () => new TokenBucketSensor(mutationWindow);
    }

    /// <summary>Whether any user or client has a quota.</summary>
    public bool IsInUse => _table.LimitsRequests;

    /// <summary>The quotas now.</summary>
    public QuotaTable Table => _table;

    /// <summary>How many rates are kept.</summary>
    public int SensorCount => _sensors.Count;

    /// <summary>Now, in milliseconds since this was made; never goes back.</summary>
    public long NowMs => _time.GetElapsedTime(_startedAt).Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>Takes what the metadata says at the start.</summary>
    public void Load(MetadataImage image) => _table = new QuotaTable(image.ClientQuotas);

    public void OnCommitted(MetadataImage previous, MetadataImage current, IReadOnlyList<MetadataChange> changes)
    {
        if (ReferenceEquals(previous.ClientQuotas, current.ClientQuotas)) return;
        QuotaTable table = new(current.ClientQuotas);
        _table = table;
        _sensors.Remove(sharer => !table.IsLimited(sharer.Key));
    }

    /// <summary>
    /// Most bytes that an answer to a fetch may have, so that the client's rate can still carry it: what the limit allows in a window.
    /// </summary>
    public int FetchBytesMax(RequestContext context)
    {
        if (!IsInUse || Find(ClientQuotaKey.ConsumerByteRate, context, out _) is not { } limit) return int.MaxValue;
        return (int)Math.Clamp(limit * (_window.SampleCount - 1) * (_window.SampleMs / 1000.0), 1, int.MaxValue);
    }

    /// <summary>Counts a fetch that is about to be answered.</summary>
    /// <param name="context">Its request, whose throttle time is set.</param>
    /// <param name="bytes">Size of the answer.</param>
    /// <returns>False if the client must wait: then the answer has to be an empty one, and nothing was counted of its bytes.</returns>
    public bool TryAnswerFetch(RequestContext context, long bytes)
    {
        if (!context.Work.IsMeasured) return true;
        context.IsSettled = true;
        long nowMs = NowMs;
        int requestMs = RecordWork(context, context.Work.Elapsed(_time), nowMs);
        int bytesMs = Record(ClientQuotaKey.ConsumerByteRate, context, bytes, nowMs, out RateSensor? sensor);
        context.Throttle(Math.Max(requestMs, bytesMs));
        if (context.ThrottleMs == 0) return true;
        sensor?.Add(nowMs, -bytes);
        return false;
    }

    /// <summary>Counts a request that was handled, unless that was done already, and sets its throttle time.</summary>
    /// <param name="context">The request with its answer.</param>
    /// <param name="work">How long it kept a thread busy.</param>
    public void Settle(RequestContext context, TimeSpan work)
    {
        if (context.Mutations is { } mutations) context.Throttle(mutations.ThrottleMs());
        if (context.IsSettled || IsExempt(context.ApiKey)) return;
        long nowMs = NowMs;
        if (context.Request is ProduceRequest produce)
        {
            context.Throttle(Record(ClientQuotaKey.ProducerByteRate, context, context.RequestBytes, nowMs, out _));
            // Without an answer there is nobody who could be told.
            if (produce.Acks == 0) return;
        }
        else if (context.Response is ShareFetchResponse)
        {
            // What was acquired must be delivered, so it is sent, and paid for afterwards.
            context.Throttle(Record(ClientQuotaKey.ConsumerByteRate, context, ResponseBytes(context), nowMs, out _));
        }
        context.Throttle(RecordWork(context, work, nowMs));
    }

    /// <summary>Counts the time that sending an answer took; who used too much is told at the next request.</summary>
    public void AddSending(RequestContext context, TimeSpan work)
    {
        if (IsExempt(context.ApiKey) || Find(ClientQuotaKey.RequestPercentage, context, out QuotaSharer sharer) is null) return;
        long nowMs = NowMs;
        Sensor(sharer, nowMs).Add(nowMs, Percent(work));
    }

    /// <summary>What a request may change of topics; null for no limit.</summary>
    /// <param name="context">The request; keeps the quota, so that all parts of a request ask the same one.</param>
    /// <param name="strictSince">The version from which on what is too much is refused, and not done and waited for.</param>
    public MutationQuota? Mutations(RequestContext context, short strictSince)
    {
        if (!IsInUse || Find(ClientQuotaKey.ControllerMutationRate, context, out QuotaSharer sharer) is not { } limit) return null;
        TokenBucketSensor bucket = _sensors.Get(sharer, NowMs, _makeBucket);
        return context.Mutations ??= new MutationQuota(bucket, limit, isStrict: context.ApiVersion >= strictSince, this);
    }

    /// <summary>Size of an answer in bytes as quotas count it: as it is sent, without the header.</summary>
    public static long ResponseBytes(RequestContext context) => sizeof(int) + (long)context.Response!.Measure(context.ResponseVersion);

    // What clients do not ask for themselves, and how they log in.
    private static bool IsExempt(ApiKey api) => api is
        ApiKey.SaslHandshake or ApiKey.SaslAuthenticate or ApiKey.WriteTxnMarkers or ApiKey.InitializeShareGroupState or ApiKey.ReadShareGroupState
        or ApiKey.WriteShareGroupState or ApiKey.DeleteShareGroupState or ApiKey.ReadShareGroupStateSummary;

    // Seconds of a thread per second, times 100.
    private static double Percent(TimeSpan work) => work.TotalSeconds * 100;

    private double? Find(ClientQuotaKey key, RequestContext context, out QuotaSharer sharer) => _table.Find(key, context.Principal.Name, context.ClientId, out sharer);

    private RateSensor Sensor(QuotaSharer sharer, long nowMs) => _sensors.Get(sharer, nowMs, _makeRate);

    private int Record(ClientQuotaKey key, RequestContext context, double value, long nowMs, out RateSensor? sensor)
    {
        sensor = null;
        if (Find(key, context, out QuotaSharer sharer) is not { } limit) return 0;
        sensor = Sensor(sharer, nowMs);
        return sensor.Record(nowMs, value, limit);
    }

    // One sample's length is the most that a request is held back for what it cost.
    private int RecordWork(RequestContext context, TimeSpan work, long nowMs) =>
        (int)Math.Min(_window.SampleMs, Record(ClientQuotaKey.RequestPercentage, context, Percent(work), nowMs, out _));
}
