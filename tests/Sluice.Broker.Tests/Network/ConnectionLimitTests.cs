using System.Net.Sockets;
using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Network;

public class ConnectionLimitTests
{
    [Theory]
    [InlineData("max.connections=2")]
    [InlineData("max.connections.per.ip=2")]
    [InlineData("max.connections.per.ip.overrides=127.0.0.1:2")]
    [InlineData("max.connections.per.ip.overrides=localhost:2,10.1.1.1:0")]
    public async Task A_connection_past_the_limit_is_closed_and_one_that_leaves_makes_room(string limit)
    {
        await using TestBroker broker = await TestBroker.StartAsync(limit);
        KafkaConnection first = await broker.ConnectAsync();
        KafkaConnection second = await broker.ConnectAsync();
        await Should.ThrowAsync<KafkaException>(() => broker.ConnectAsync());
        await broker.Log.WaitForAsync("ConnectionRefused");
        broker.Server.ConnectionCount.ShouldBe(2);
        second.IsOpen.ShouldBeTrue();

        await first.DisposeAsync();
        await broker.Log.WaitForClosedAsync(CloseReason.ClientClosed);
        await broker.ConnectAsync();
    }

    [Fact]
    public async Task The_limit_can_change_while_the_broker_runs()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.AlterBrokerAsync("", "max.connections", "1")).ErrorCode.ShouldBe(ErrorCode.None);
        await Should.ThrowAsync<KafkaException>(() => broker.ConnectAsync());
        (await connection.AlterBrokerAsync("", "max.connections", "2")).ErrorCode.ShouldBe(ErrorCode.None);
        await broker.ConnectAsync();
    }

    [Fact]
    public async Task A_connection_without_requests_is_closed_after_ten_minutes()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection idle = await broker.ConnectRawAsync();
        KafkaConnection busy = await broker.ConnectAsync();
        TestTopic topic = await busy.CreateTopicAsync("busy");

        broker.Time.Advance(TimeSpan.FromMinutes(9));
        await busy.AppendAsync(topic, "still here");
        broker.Log.ClosedCount(CloseReason.Idle).ShouldBe(0);
        broker.Time.Advance(TimeSpan.FromMinutes(2));
        (await idle.ReceiveAsync()).ShouldBeNull();
        await broker.Log.WaitForClosedAsync(CloseReason.Idle);
        await busy.AppendAsync(topic, "and still here");
        broker.Log.ClosedCount(CloseReason.Idle).ShouldBe(1);
    }

    [Fact]
    public async Task A_negative_idle_time_keeps_connections_for_ever()
    {
        await using TestBroker broker = await TestBroker.StartAsync("connections.max.idle.ms=-1");
        KafkaConnection idle = await broker.ConnectAsync();
        broker.Time.Advance(TimeSpan.FromDays(30));
        await idle.SendAsync(new DescribeClusterRequest());
    }

    [Fact]
    public async Task A_fetch_that_waits_is_not_idle()
    {
        await using TestBroker broker = await TestBroker.StartAsync("connections.max.idle.ms=1000");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("waiting");
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        request.MaxWaitMs = 5000;
        Task<FetchResponse> waiting = connection.SendAsync(request);
        await broker.UntilParkedAsync();

        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(250), () => Task.FromResult(waiting.IsCompleted));
        (await waiting).Single().ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_leaves_while_its_fetch_waits_is_forgotten_however_long_it_wanted_to_wait(bool leavesRequestsBehind)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection ordinary = await broker.ConnectAsync();
        TestTopic topic = await ordinary.CreateTopicAsync("waiting");
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        request.MaxWaitMs = int.MaxValue;
        RawConnection leaving = await broker.ConnectRawAsync();
        await leaving.SendFrameAsync(RawConnection.Frame(ApiKey.Fetch, 13, request));
        await broker.UntilParkedAsync();
        if (leavesRequestsBehind) await leaving.SendFrameAsync(RawConnection.Frame(ApiKey.Fetch, 13, request));
        Task<FetchResponse> staying = ordinary.SendAsync(request);
        await broker.UntilParkedAsync(before: 1);
        await leaving.DisposeAsync();

        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => Task.FromResult(broker.Log.ClosedCount(CloseReason.ClientVanished) == 1));
        broker.Time.GetUtcNow().ShouldBeLessThan(DateTimeOffset.FromUnixTimeMilliseconds(TestBroker.StartMs).AddMinutes(10));
        staying.IsCompleted.ShouldBeFalse();
        await (await broker.ConnectAsync()).AppendAsync(topic, "at last");
        Batches.Values((await staying).Single().Records).ShouldBe(["at last"]);
    }

    [Fact]
    public async Task A_client_that_stops_reading_its_answer_holds_up_nobody()
    {
        await using TestBroker broker = await TestBroker.StartAsync("socket.send.buffer.bytes=65536");
        KafkaConnection ordinary = await broker.ConnectAsync();
        TestTopic topic = await ordinary.CreateTopicAsync("large");
        for (int i = 0; i < 16; i++) await ordinary.AppendAsync(topic, Batches.OfSize(1_000_000));
        for (int i = 0; i < 3; i++)
        {
            // Announces a fetch of 16 MB and never takes a byte of it.
            RawConnection stuck = await broker.ConnectRawAsync();
            await stuck.SendFrameAsync(RawConnection.Frame(ApiKey.Fetch, 13, BrokerCalls.FetchRequest(topic, (0, 0))));
        }

        for (int i = 0; i < 10; i++)
        {
            await ordinary.AppendAsync(topic, "more");
            Batches.Values((await ordinary.FetchAsync(topic, 16 + i)).Records).ShouldBe(["more"]);
        }
        await broker.StopAsync();
        broker.Log.ClosedCount(CloseReason.Shutdown).ShouldBe(4);
    }

    [Fact]
    public async Task A_client_that_stops_reading_is_given_up_after_ten_minutes()
    {
        await using TestBroker broker = await TestBroker.StartAsync("socket.send.buffer.bytes=65536");
        KafkaConnection ordinary = await broker.ConnectAsync();
        TestTopic topic = await ordinary.CreateTopicAsync("large");
        for (int i = 0; i < 16; i++) await ordinary.AppendAsync(topic, Batches.OfSize(1_000_000));
        RawConnection stuck = await broker.ConnectRawAsync();
        await stuck.SendFrameAsync(RawConnection.Frame(ApiKey.Fetch, 13, BrokerCalls.FetchRequest(topic, (0, 0))));

        await broker.AdvanceUntilAsync(TimeSpan.FromMinutes(1), () => Task.FromResult(broker.Log.ClosedCount(CloseReason.SendStalled) == 1));
    }

    [Fact]
    public async Task Stopping_ends_idle_waiting_and_half_sent_requests_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("waiting");
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        request.MaxWaitMs = int.MaxValue;
        request.MinBytes = int.MaxValue;
        Task<FetchResponse> waiting = connection.SendAsync(request);
        await broker.UntilParkedAsync();
        RawConnection half = await broker.ConnectRawAsync();
        await half.SendAsync(RawConnection.Size(1000));
        await broker.ConnectAsync();

        await broker.StopAsync();
        (await Should.ThrowAsync<KafkaException>(() => waiting)).Error.ShouldBe(ErrorCode.NetworkException);
        (await half.ReceiveAsync()).ShouldBeNull();
        await broker.Log.WaitForAsync("Stopped");
    }

    [Fact]
    public async Task A_stopped_broker_accepts_nobody()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        int port = broker.Endpoint.Port;
        await broker.StopAsync();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        SocketException refused = await Should.ThrowAsync<SocketException>(() => socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken).AsTask());
        refused.SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }
}
