using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Network;

[Collection(MemoryMeasured.Name)]
public class ReceiveMemoryLimitTests
{
    private const int HundredMegabytes = 100_000_000;

    [Fact]
    public async Task A_hundred_clients_that_announce_100_MB_and_send_nothing_cost_nothing()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection ordinary = await broker.ConnectAsync();
        TestTopic topic = await ordinary.CreateTopicAsync("ordinary");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 100; i++) await (await broker.ConnectRawAsync()).SendAsync(RawConnection.Size(HundredMegabytes));

        for (int i = 0; i < 20; i++) await ordinary.AppendAsync(topic, Batches.OfSize(50_000));
        (await ordinary.EndOffsetAsync(topic)).ShouldBe(20);
        broker.Server.ConnectionCount.ShouldBe(101);
        broker.Server.ReceiveMemoryBytes.ShouldBeLessThanOrEqualTo(64 * 1024, "at most the ordinary client's last request");
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(16 << 20);
    }

    [Fact]
    public async Task Memory_follows_the_bytes_that_arrived_not_those_announced()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        for (int i = 0; i < 20; i++)
        {
            RawConnection raw = await broker.ConnectRawAsync();
            await raw.SendAsync(RawConnection.Size(HundredMegabytes));
            await raw.SendAsync(new byte[10_000]);
        }
        await TestBroker.UntilAsync(() => broker.Server.ReceiveMemoryBytes == 20 * 64 * 1024);
    }

    [Fact]
    public async Task At_the_ceiling_requests_that_stand_still_give_way_to_those_that_move()
    {
        await using TestBroker broker = await TestBroker.StartAsync("sluice.receive.memory.max.bytes=1048576");
        KafkaConnection ordinary = await broker.ConnectAsync();
        TestTopic topic = await ordinary.CreateTopicAsync("ordinary");
        for (int i = 0; i < 3; i++)
        {
            RawConnection slow = await broker.ConnectRawAsync();
            await slow.SendAsync(RawConnection.Size(1_000_000));
            await slow.SendAsync(new byte[200_000]);
        }
        await TestBroker.UntilAsync(() => broker.Server.ReceiveMemoryBytes == 3 << 18);

        Task<long> produced = ordinary.AppendAsync(topic, Batches.OfSize(200_000));
        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(500), () => Task.FromResult(produced.IsCompleted));
        (await produced).ShouldBe(0);
        await broker.Log.WaitForClosedAsync(CloseReason.ReceiveMemory);
        broker.Log.ClosedCount(CloseReason.ReceiveMemory).ShouldBe(1, "one gave room enough");
        ordinary.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_requests_that_wait_for_memory_do_not_end_each_other()
    {
        await using TestBroker broker = await TestBroker.StartAsync("sluice.receive.memory.max.bytes=1048576");
        KafkaConnection first = await broker.ConnectAsync();
        KafkaConnection second = await broker.ConnectAsync();
        TestTopic topic = await first.CreateTopicAsync("ordinary");
        for (int i = 0; i < 3; i++)
        {
            RawConnection slow = await broker.ConnectRawAsync();
            await slow.SendAsync(RawConnection.Size(1_000_000));
            await slow.SendAsync(new byte[200_000]);
        }
        await TestBroker.UntilAsync(() => broker.Server.ReceiveMemoryBytes == 3 << 18);

        Task<long>[] produced = [first.AppendAsync(topic, Batches.OfSize(200_000)), second.AppendAsync(topic, Batches.OfSize(200_000))];
        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(500), () => Task.FromResult(produced.All(static task => task.IsCompleted)));
        (await Task.WhenAll(produced)).ShouldBe([0, 1], ignoreOrder: true);
    }

    [Fact]
    public async Task Memory_of_a_large_request_goes_back_although_the_next_has_begun()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("large");
        RawConnection raw = await broker.ConnectRawAsync();
        ProduceRequest request = BrokerCalls.ProduceRequest(topic, acks: -1, (0, new Records(Batches.OfSize(1_000_000))));
        byte[] large = RawConnection.WithSize(RawConnection.Frame(ApiKey.Produce, 9, request));

        // The first byte of the next frame comes along with the end of the large one.
        await raw.SendAsync((byte[])[.. large, 0]);
        (await raw.ReceiveAsync()).ShouldNotBeNull();
        await TestBroker.UntilAsync(() => broker.Server.ReceiveMemoryBytes == 0);
    }

    [Fact]
    public async Task Memory_of_a_connection_that_ends_goes_back()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        await raw.SendAsync(RawConnection.Size(HundredMegabytes));
        await raw.SendAsync(new byte[300_000]);
        await TestBroker.UntilAsync(() => broker.Server.ReceiveMemoryBytes > 0);
        await raw.DisposeAsync();
        await TestBroker.UntilAsync(() => broker.Server.ReceiveMemoryBytes == 0);
    }
}
