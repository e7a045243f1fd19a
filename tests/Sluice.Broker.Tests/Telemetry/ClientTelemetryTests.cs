using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Telemetry;

public sealed class ClientTelemetryTests : IDisposable
{
    private readonly MetricsReader _reader = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Nothing_is_asked_of_clients_while_nobody_collects()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        connection.Supported.ApiKeys.ShouldNotContain(static api => api.ApiKey == (short)ApiKey.GetTelemetrySubscriptions || api.ApiKey == (short)ApiKey.PushTelemetry);
        RawConnection raw = await broker.ConnectRawAsync();
        await raw.SendFrameAsync(RawConnection.Frame(ApiKey.GetTelemetrySubscriptions, 0, new GetTelemetrySubscriptionsRequest()));
        (await raw.ReceiveAsync()).ShouldBeNull();
        _reader.Start();
        KafkaConnection later = await broker.ConnectAsync();
        later.Supported.ApiKeys.ShouldContain(static api => api.ApiKey == (short)ApiKey.PushTelemetry);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task What_a_client_pushes_comes_out_under_its_name(CompressionType compression)
    {
        await using TestBroker broker = await StartAndCollectAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await SubscribeAsync(connection, "s", "org.apache.kafka", 1000);
        GetTelemetrySubscriptionsResponse asked = await AskAsync(connection);
        (asked.ErrorCode, asked.PushIntervalMs, asked.TelemetryMaxBytes, asked.DeltaTemporality).ShouldBe((ErrorCode.None, 1000, 1048576, true));
        asked.RequestedMetrics.ShouldBe(["org.apache.kafka"]);
        asked.AcceptedCompressionTypes.ShouldBe([(sbyte)4, (sbyte)3, (sbyte)1, (sbyte)2]);

        byte[] first = OtlpPush.Of(
            [("group_id", "g"), ("client_id", "another's")],
            OtlpPush.Gauge("org.apache.kafka.latency.avg", 1.5, ("node_id", "1")), OtlpPush.Sum("org.apache.kafka.sent.total", 3, OtlpPush.Delta),
            OtlpPush.Sum("org.apache.kafka.all.total", 3, OtlpPush.Cumulative), OtlpPush.Histogram("org.apache.kafka.times", 4, 10), OtlpPush.Gauge("not.asked.for", 1));
        (await PushAsync(connection, asked, first, compression)).ShouldBe(ErrorCode.None);
        _time.Advance(TimeSpan.FromMilliseconds(1000));
        (await PushAsync(connection, asked, first, compression)).ShouldBe(ErrorCode.None);

        _reader.Read("org.apache.kafka.latency.avg", "client_id", "node_id", "group_id").ShouldBe(new Dictionary<string, double> { ["client_id=test,group_id=g,node_id=1"] = 1.5 });
        _reader.Read("org.apache.kafka.sent.total", "client_software_name").ShouldBe(new Dictionary<string, double> { ["client_software_name=sluice"] = 6 });
        _reader.Read("org.apache.kafka.all.total").ShouldBe(new Dictionary<string, double> { [""] = 3 });
        _reader.Read("org.apache.kafka.times.count").ShouldBe(new Dictionary<string, double> { [""] = 4 });
        _reader.Read("org.apache.kafka.times.sum").ShouldBe(new Dictionary<string, double> { [""] = 10 });
        _reader.Read("not.asked.for").ShouldBeEmpty();
        _reader.Read("sluice.clients").ShouldBe(new Dictionary<string, double> { [""] = 1 });

        // Silent for three intervals, and at least a minute: it is gone, and what it pushed.
        _time.Advance(TimeSpan.FromMilliseconds(60_000));
        _reader.Read("sluice.clients").ShouldBe(new Dictionary<string, double> { [""] = 0 });
        _reader.Read("org.apache.kafka.latency.avg").ShouldBeEmpty();
    }

    [Fact]
    public async Task Subscriptions_are_for_the_clients_that_they_match_and_add_up()
    {
        await using TestBroker broker = await StartAndCollectAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        (await AskAsync(connection)).ShouldSatisfyAllConditions(static none => none.RequestedMetrics.ShouldBeEmpty(), static none => none.PushIntervalMs.ShouldBe(300_000));
        await SubscribeAsync(connection, "mine", "a,b", 5000, "client_id=te.t,client_source_address=127\\..*");
        await SubscribeAsync(connection, "everybody's", "b,c", 2000);
        await SubscribeAsync(connection, "another's", "*", 100, "client_id=tes");
        (await AskAsync(connection)).ShouldSatisfyAllConditions(static both => both.RequestedMetrics.ShouldBe(["a", "b", "c"]), static both => both.PushIntervalMs.ShouldBe(2000));
        await SubscribeAsync(connection, "all", "*,a", 3000);
        (await AskAsync(connection)).RequestedMetrics.ShouldBe(["*"]);
    }

    [Fact]
    public async Task A_client_that_asks_or_pushes_too_early_is_held_back()
    {
        await using TestBroker broker = await StartAndCollectAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await SubscribeAsync(connection, "s", "a", 10_000);
        GetTelemetrySubscriptionsResponse asked = await AskAsync(connection);
        (await AskAsync(connection, asked.ClientInstanceId)).ErrorCode.ShouldBe(ErrorCode.ThrottlingQuotaExceeded);
        byte[] metrics = OtlpPush.Of([], OtlpPush.Gauge("a", 1));
        (await PushAsync(connection, asked, metrics)).ShouldBe(ErrorCode.None);
        (await PushAsync(connection, asked, metrics)).ShouldBe(ErrorCode.ThrottlingQuotaExceeded);
        _time.Advance(TimeSpan.FromMilliseconds(9_999));
        (await PushAsync(connection, asked, metrics)).ShouldBe(ErrorCode.ThrottlingQuotaExceeded);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await PushAsync(connection, asked, metrics)).ShouldBe(ErrorCode.None);

        // Its last words may come at any time, and once.
        (await PushAsync(connection, asked, metrics, isTerminating: true)).ShouldBe(ErrorCode.None);
        (await PushAsync(connection, asked, metrics, isTerminating: true)).ShouldBe(ErrorCode.InvalidRequest);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_refused_with_its_code()
    {
        await using TestBroker broker = await StartAndCollectAsync("telemetry.max.bytes=1000");
        KafkaConnection connection = await broker.ConnectAsync();
        await SubscribeAsync(connection, "s", "a", 1000);
        byte[] metrics = OtlpPush.Of([], OtlpPush.Gauge("a", 1));

        (await PushAsync(connection, new GetTelemetrySubscriptionsResponse(), metrics)).ShouldBe(ErrorCode.InvalidRequest);
        GetTelemetrySubscriptionsResponse asked = await AskAsync(connection);
        asked.SubscriptionId++;
        (await PushAsync(connection, asked, metrics)).ShouldBe(ErrorCode.UnknownSubscriptionId);
        // Such a client asks again at once.
        asked = await AskAsync(connection, asked.ClientInstanceId);
        asked.ErrorCode.ShouldBe(ErrorCode.None);
        (await PushAsync(connection, asked, metrics, (CompressionType)5)).ShouldBe(ErrorCode.UnsupportedCompressionType);
        asked = await AskAsync(connection, asked.ClientInstanceId);
        (await PushAsync(connection, asked, new byte[1001])).ShouldBe(ErrorCode.TelemetryTooLarge);
        foreach ((byte[] bad, CompressionType type) in new[] { (new byte[] { 0x0A, 0x7F, 1 }, CompressionType.None), ([0x0D, 0, 0, 0, 0], CompressionType.None), (metrics, CompressionType.Zstd) })
        {
            _time.Advance(TimeSpan.FromMilliseconds(1000));
            MetricsBytes = bad;
            (await PushAsync(connection, asked, type)).ShouldBe(ErrorCode.InvalidRecord);
        }
        _reader.Read("a").ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_are_no_metrics_never_do_harm()
    {
        await using TestBroker broker = await StartAndCollectAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await SubscribeAsync(connection, "s", "*", 100);
        GetTelemetrySubscriptionsResponse asked = await AskAsync(connection);
        byte[] sound = OtlpPush.Of([("k", "v")], OtlpPush.Gauge("a", 1, ("x", "y")), OtlpPush.Sum("b", 2, OtlpPush.Delta), OtlpPush.Histogram("c", 1, 1));
        Random random = new(20261124);
        for (int i = 0; i < 2000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            byte[] damaged = [.. sound.Take(random.Next(sound.Length + 1))];
            for (int hit = random.Next(4); hit > 0 && damaged.Length > 0; hit--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            (await PushAsync(connection, asked, damaged)).ShouldBeOneOf(ErrorCode.None, ErrorCode.InvalidRecord);
        }
        _time.Advance(TimeSpan.FromMilliseconds(100));
        (await PushAsync(connection, asked, sound)).ShouldBe(ErrorCode.None);
        _reader.Read("sluice.clients").ShouldBe(new Dictionary<string, double> { [""] = 1 });
    }

    public void Dispose() => _reader.Dispose();

    private byte[] MetricsBytes { get; set; } = [];

    private Task<TestBroker> StartAsync(params string[] settings) => TestBroker.StartAsync(
        options =>
        {
            options.Meters = _reader;
            options.Time = _time;
        },
        settings);

    private async Task<TestBroker> StartAndCollectAsync(params string[] settings)
    {
        TestBroker broker = await StartAsync(settings);
        _reader.Start();
        return broker;
    }

    private static async Task SubscribeAsync(KafkaConnection connection, string name, string metrics, int intervalMs, string match = "")
    {
        foreach ((string key, string value) in new[] { ("metrics", metrics), ("interval.ms", $"{intervalMs}"), ("match", match) })
            (await connection.AlterAsync(ConfigCalls.ClientMetrics, name, key, value)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    private static async Task<GetTelemetrySubscriptionsResponse> AskAsync(KafkaConnection connection, Uuid instanceId = default) =>
        await connection.SendAsync(new GetTelemetrySubscriptionsRequest { ClientInstanceId = instanceId }, version: 0);

    private Task<ErrorCode> PushAsync(KafkaConnection connection, GetTelemetrySubscriptionsResponse asked, CompressionType type) =>
        SendAsync(connection, asked, MetricsBytes, type, isTerminating: false);

    private static Task<ErrorCode> PushAsync(
        KafkaConnection connection, GetTelemetrySubscriptionsResponse asked, byte[] metrics, CompressionType compression = CompressionType.None, bool isTerminating = false)
    {
        ArrayBufferWriter<byte> payload = new();
        if (Enum.IsDefined(compression)) RecordCodec.Compress(compression, RecordCodec.DefaultLevel(compression), metrics, payload);
        return SendAsync(connection, asked, payload.WrittenMemory, compression, isTerminating);
    }

    private static async Task<ErrorCode> SendAsync(
        KafkaConnection connection, GetTelemetrySubscriptionsResponse asked, ReadOnlyMemory<byte> metrics, CompressionType compression, bool isTerminating) =>
        (await connection.SendAsync(
            new PushTelemetryRequest
            {
                ClientInstanceId = asked.ClientInstanceId, SubscriptionId = asked.SubscriptionId, Terminating = isTerminating, CompressionType = (sbyte)compression, Metrics = metrics,
            },
            version: 0)).ErrorCode;
}
