using System.Text;
using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Network;

public class HostileFrameTests
{
    [Fact]
    public async Task A_web_browser_is_sent_away()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        await raw.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));

        (await raw.ReceiveAsync()).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.FrameSize);
        (await broker.Log.WaitForAsync("FrameSizeRefused")).Message.ShouldContain("1195725856 bytes");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(104_857_601)]
    public async Task An_announced_size_that_cannot_be_closes_the_connection(int size)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        await raw.SendAsync(RawConnection.Size(size));

        (await raw.ReceiveAsync()).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.FrameSize);
    }

    [Fact]
    public async Task Random_bytes_do_no_harm()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        await using TestBroker broker = await TestBroker.StartAsync();
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            RawConnection raw = await broker.ConnectRawAsync();
            // A size that is plausible lets the rest be looked at.
            await raw.SendAsync(i % 2 == 0 ? bytes : RawConnection.WithSize(bytes));
            raw.CloseSending();
            while (await raw.ReceiveAsync() is not null)
            {
            }
        }
        await broker.ConnectAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_frame_too_short_for_a_header_closes_the_connection(int bytes)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();

        (await raw.ExchangeAsync(new byte[bytes])).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.MalformedRequest);
        await broker.Log.WaitForAsync("FrameTooShort");
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_frame_is_forgotten()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        await raw.SendAsync(RawConnection.WithSize(RawConnection.Frame(ApiKey.Metadata, 12, new MetadataRequest())).AsMemory(0, 10));
        raw.CloseSending();

        (await raw.ReceiveAsync()).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.ClientVanished);
        broker.Server.ConnectionCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(999)]
    [InlineData(short.MaxValue)]
    [InlineData(short.MinValue)]
    public async Task An_API_that_is_not_served_closes_the_connection(short api)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();

        (await raw.ExchangeAsync(RawConnection.Frame(api, version: 0, headerVersion: 1, []))).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.UnsupportedApi);
    }

    [Theory]
    [InlineData(ApiKey.Metadata, 14)]
    [InlineData(ApiKey.Metadata, -1)]
    [InlineData(ApiKey.Fetch, 3)]
    [InlineData(ApiKey.Fetch, short.MaxValue)]
    [InlineData(ApiKey.Produce, 2)]
    [InlineData(ApiKey.InitProducerId, 6)]
    public async Task A_version_that_is_not_served_closes_the_connection(ApiKey api, short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();

        (await raw.ExchangeAsync(RawConnection.Frame((short)api, version, headerVersion: 1, new byte[100]))).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.UnsupportedApi);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(99)]
    [InlineData(short.MaxValue)]
    public async Task ApiVersions_of_a_newer_client_is_answered_in_version_0_and_the_connection_goes_on(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();

        byte[] answer = (await raw.ExchangeAsync(RawConnection.Frame((short)ApiKey.ApiVersions, version, headerVersion: 2, [1, 2, 3], correlationId: 77))).ShouldNotBeNull();
        ApiVersionsResponse refused = RawConnection.Read<ApiVersionsResponse>(answer, 0);
        refused.ErrorCode.ShouldBe(ErrorCode.UnsupportedVersion);
        ApiVersionsResponse.ApiVersion own = refused.ApiKeys.ShouldHaveSingleItem();
        (own.ApiKey, own.MinVersion, own.MaxVersion).ShouldBe(((short)ApiKey.ApiVersions, (short)0, (short)4));

        ApiVersionsRequest request = new() { ClientSoftwareName = "raw", ClientSoftwareVersion = "1" };
        (await raw.ExchangeAsync(request, version: 4, correlationId: 78)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData("", "1")]
    [InlineData("-raw", "1")]
    [InlineData("raw\n", "1")]
    [InlineData("raw", "1 beta")]
    public async Task A_client_that_gives_itself_an_impossible_name_is_told_so(string name, string version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        ApiVersionsRequest request = new() { ClientSoftwareName = name, ClientSoftwareVersion = version };
        ApiVersionsResponse answer = await raw.ExchangeAsync(request, version: 3);
        answer.ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        answer.ApiKeys.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_frame_that_arrives_byte_by_byte_is_answered()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        byte[] bytes = RawConnection.WithSize(RawConnection.Frame(ApiKey.DescribeCluster, 1, new DescribeClusterRequest()));
        for (int i = 0; i < bytes.Length; i++) await raw.SendAsync(bytes.AsMemory(i, 1));

        byte[] answer = (await raw.ReceiveAsync()).ShouldNotBeNull();
        RawConnection.Read<DescribeClusterResponse>(answer, 1).ClusterId.ShouldBe(broker.Server.ClusterId);
    }

    [Fact]
    public async Task Bytes_behind_a_body_are_ignored()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        byte[] frame = [.. RawConnection.Frame(ApiKey.Metadata, 5, new MetadataRequest { Topics = [] }), 1, 2, 3, 4, 5];

        byte[] answer = (await raw.ExchangeAsync(frame)).ShouldNotBeNull();
        RawConnection.Read<MetadataResponse>(answer, 5).ClusterId.ShouldBe(broker.Server.ClusterId);
    }

    [Fact]
    public async Task Tagged_fields_that_nobody_knows_are_ignored_in_header_and_body()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        byte[] frame = RawConnection.Frame(ApiKey.DescribeCluster, 0, new DescribeClusterRequest());
        // The header ends with its count of tagged fields, the body is one boolean and another such count.
        int headerBytes = frame.Length - 2;
        byte[] tagged = [1, 99, 3, 7, 7, 7];
        byte[] changed = [.. frame.AsSpan(0, headerBytes - 1), .. tagged, .. frame.AsSpan(headerBytes, 1), .. tagged];

        byte[] answer = (await raw.ExchangeAsync(changed)).ShouldNotBeNull();
        RawConnection.Read<DescribeClusterResponse>(answer, 0).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_client_without_a_client_id_is_served()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        byte[]? answer = await raw.ExchangeAsync(RawConnection.Frame(ApiKey.Metadata, 1, new MetadataRequest { Topics = [] }, clientId: null));
        answer.ShouldNotBeNull();
    }

    [Fact]
    public async Task Every_API_that_is_announced_is_served_in_every_version()
    {
        await using TestBroker broker = await TestBroker.StartAsync("auto.create.topics.enable=false");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("served");
        RawConnection raw = await broker.ConnectRawAsync();
        foreach ((ApiKey api, short version) in ServedVersions(connection))
        {
            byte[]? answer = await raw.ExchangeAsync(RawConnection.Frame(api, version, RequestSamples.Create(api, version, topic)));
            answer.ShouldNotBeNull($"{api} version {version} closed the connection");
            MessageReader reader = new(answer);
            new ResponseHeader().Read(ref reader, MessageCatalog.Get(api).ResponseHeaderVersion(version));
            IMessage response = MessageCatalog.Get(api).NewResponse();
            response.Read(ref reader, version);
            reader.Remaining.ShouldBe(0, $"{api} version {version}");
        }
    }

    [Fact]
    public async Task Every_sound_request_cut_off_anywhere_closes_its_connection_and_does_no_harm()
    {
        await using TestBroker broker = await TestBroker.StartAsync("auto.create.topics.enable=false");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("precious");
        await connection.AppendAsync(topic, "kept");

        await Parallel.ForEachAsync(ServedVersions(connection), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (served, _) =>
        {
            byte[] frame = RawConnection.Frame(served.Api, served.Version, RequestSamples.Create(served.Api, served.Version, topic));
            for (int length = 0; length < frame.Length; length++)
            {
                await using RawConnection raw = await broker.ConnectRawAsync();
                byte[]? answer = await raw.ExchangeAsync(frame.AsMemory(0, length));
                answer.ShouldBeNull($"{served.Api} version {served.Version} cut off after {length} of {frame.Length} bytes was answered");
            }
        });

        (await connection.ReadAllAsync(topic)).ShouldBe(["kept"]);
        broker.Server.TopicCount.ShouldBe(1);
        broker.Log.ClosedCount(CloseReason.InternalError).ShouldBe(0);
    }

    [Fact]
    public async Task A_sound_request_with_one_bit_turned_does_no_harm()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        await using TestBroker broker = await TestBroker.StartAsync("auto.create.topics.enable=false");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic precious = await connection.CreateTopicAsync("precious");
        TestTopic topic = await connection.CreateTopicAsync("target", 2);
        await connection.AppendAsync(precious, "kept");

        RawConnection raw = await broker.ConnectRawAsync();
        foreach ((ApiKey api, short version) in ServedVersions(connection))
        {
            for (int round = 0; round < 25; round++)
            {
                byte[] frame = RawConnection.Frame(api, version, RequestSamples.Create(api, version, topic));
                // The first eight bytes are key, version and correlation id: another request, not a damaged one.
                int index = random.Next(8, frame.Length);
                frame[index] ^= (byte)(1 << random.Next(8));
                byte[]? answer = await raw.ExchangeAsync(frame);
                if (answer is not null) continue;
                await raw.DisposeAsync();
                raw = await broker.ConnectRawAsync();
            }
        }

        (await connection.ReadAllAsync(precious)).ShouldBe(["kept"]);
        broker.Log.ClosedCount(CloseReason.InternalError).ShouldBe(0);
    }

    // Produce is announced from version 0 on, which is not true: some clients want to hear that.
    private static IEnumerable<(ApiKey Api, short Version)> ServedVersions(KafkaConnection connection)
    {
        foreach (ApiVersionsResponse.ApiVersion served in connection.Supported.ApiKeys)
        {
            ApiDescription api = MessageCatalog.Get((ApiKey)served.ApiKey);
            for (short version = Math.Max(served.MinVersion, api.LowestVersion); version <= served.MaxVersion; version++) yield return (api.Key, version);
        }
    }
}
