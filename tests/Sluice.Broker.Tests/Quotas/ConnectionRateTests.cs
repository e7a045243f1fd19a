using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Quotas;

public sealed class ConnectionRateTests
{
    [Theory]
    [InlineData("ip=127.0.0.1")]
    [InlineData("ip=")]
    public async Task An_address_that_connects_too_fast_is_not_served_and_closed_when_its_time_is_over(string entity)
    {
        await using TestBroker broker = await TestBroker.StartAsync("quota.window.num=2");
        KafkaConnection admin = await broker.ConnectAsync();
        await admin.LimitAsync(entity, "connection_creation_rate", 2);
        // One sample carries two.
        for (int i = 0; i < 2; i++) (await (await broker.ConnectRawAsync()).ExchangeAsync(new DescribeClusterRequest(), 0)).ErrorCode.ShouldBe(ErrorCode.None);
        RawConnection third = await broker.ConnectRawAsync();
        Task<byte[]?> answer = third.ExchangeAsync(RawConnection.Frame(ApiKey.DescribeCluster, 0, new DescribeClusterRequest()));
        (await broker.Log.WaitForAsync("ConnectionRateExceeded")).Values["ThrottleMs"].ShouldBe(500);
        await admin.SendAsync(new DescribeClusterRequest());
        answer.IsCompleted.ShouldBeFalse();
        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(100), () => Task.FromResult(answer.IsCompleted));
        (await answer).ShouldBeNull();

        broker.Time.Advance(TimeSpan.FromSeconds(5));
        await (await broker.ConnectRawAsync()).ExchangeAsync(new DescribeClusterRequest(), 0);
        await admin.LimitAsync(entity, "connection_creation_rate", null);
        for (int i = 0; i < 10; i++) await (await broker.ConnectRawAsync()).ExchangeAsync(new DescribeClusterRequest(), 0);
    }

    [Theory]
    [InlineData("max.connection.creation.rate=2")]
    [InlineData("listener.name.plaintext.max.connection.creation.rate=2")]
    public async Task A_listener_that_gets_connections_too_fast_serves_them_later(string setting)
    {
        await using TestBroker broker = await TestBroker.StartAsync("quota.window.num=2", setting);
        for (int i = 0; i < 2; i++) await (await broker.ConnectRawAsync()).ExchangeAsync(new DescribeClusterRequest(), 0);
        RawConnection third = await broker.ConnectRawAsync();
        Task<byte[]?> answer = third.ExchangeAsync(RawConnection.Frame(ApiKey.DescribeCluster, 0, new DescribeClusterRequest()));
        for (int i = 0; i < 4; i++)
        {
            broker.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        answer.IsCompleted.ShouldBeFalse();
        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(100), () => Task.FromResult(answer.IsCompleted));
        (await answer).ShouldNotBeNull();
        broker.Log.ClosedCount(CloseReason.ConnectionRate).ShouldBe(0);
    }

    [Fact]
    public async Task The_rate_of_connections_can_change_while_the_broker_runs()
    {
        await using TestBroker broker = await TestBroker.StartAsync("quota.window.num=2", "max.connection.creation.rate=1");
        KafkaConnection admin = await broker.ConnectAsync();
        (await admin.AlterBrokerAsync("", "max.connection.creation.rate", "1000")).ErrorCode.ShouldBe(ErrorCode.None);
        for (int i = 0; i < 5; i++) await (await broker.ConnectRawAsync()).ExchangeAsync(new DescribeClusterRequest(), 0);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_connections_that_wait()
    {
        await using TestBroker broker = await TestBroker.StartAsync("quota.window.num=2", "max.connection.creation.rate=1");
        await (await broker.ConnectRawAsync()).ExchangeAsync(new DescribeClusterRequest(), 0);
        for (int i = 0; i < 3; i++) await broker.ConnectRawAsync();
        await broker.StopAsync();
    }
}
