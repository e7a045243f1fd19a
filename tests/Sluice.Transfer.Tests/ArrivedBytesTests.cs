using Microsoft.Extensions.Time.Testing;
using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

public sealed class ArrivedBytesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();

    public ArrivedBytesTests() => Assert.SkipUnless(ArrivedBytes.IsSupported, "needs 64-bit Linux");

    [Fact]
    public async Task What_is_there_is_taken_and_no_more_is_waited_for()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using ArrivedBytes arrived = new(pair.Receiver, _time);
        byte[] destination = new byte[100];
        arrived.Take(destination).ShouldBe(0);
        await pair.Sender.SendAsync((byte[])[1, 2, 3]);
        (await arrived.WaitAsync(3, Patience, TestContext.Current.CancellationToken)).ShouldBeTrue();
        arrived.Take(destination).ShouldBe(3);
        destination[..4].ShouldBe([1, 2, 3, 0]);
        arrived.Take(destination).ShouldBe(0);
    }

    [Fact]
    public async Task A_wait_ends_when_as_many_bytes_are_there_as_were_asked_for()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using ArrivedBytes arrived = new(pair.Receiver, _time);
        for (int round = 0; round < 20; round++)
        {
            Task<bool> wait = arrived.WaitAsync(200_000, Patience, TestContext.Current.CancellationToken).AsTask();
            await pair.Sender.SendAsync(new byte[100_000]);
            wait.IsCompleted.ShouldBeFalse();
            await pair.Sender.SendAsync(new byte[100_000]);
            (await wait.WaitAsync(Patience)).ShouldBeTrue();
            arrived.Take(new byte[200_000]).ShouldBe(200_000);
        }
    }

    [Fact]
    public async Task A_wait_is_given_up_when_its_time_is_up_and_bytes_that_come_later_wake_an_ordinary_receive()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using ArrivedBytes arrived = new(pair.Receiver, _time);
        Task<bool> wait = arrived.WaitAsync(1000, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        wait.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await wait.WaitAsync(Patience)).ShouldBeFalse();

        Task<int> received = pair.Receiver.ReceiveAsync(new byte[1000]);
        await pair.Sender.SendAsync(new byte[10]);
        (await received.WaitAsync(Patience)).ShouldBe(10);
    }

    [Fact]
    public async Task A_wait_is_given_up_when_it_is_cancelled()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using ArrivedBytes arrived = new(pair.Receiver, _time);
        using CancellationTokenSource cancelled = new();
        Task<bool> wait = arrived.WaitAsync(1000, Patience, cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => wait.WaitAsync(Patience));
        await Should.ThrowAsync<OperationCanceledException>(() => arrived.WaitAsync(1000, Patience, cancelled.Token).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_wait_ends_with_the_connection()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using ArrivedBytes arrived = new(pair.Receiver, _time);
        await pair.Sender.SendAsync(new byte[10]);
        Task<bool> wait = arrived.WaitAsync(1000, Patience, TestContext.Current.CancellationToken).AsTask();
        pair.Sender.Dispose();
        (await wait.WaitAsync(Patience)).ShouldBeTrue();
        arrived.Take(new byte[1000]).ShouldBe(10);
        arrived.Take(new byte[1000]).ShouldBe(0);
    }

    [Fact]
    public async Task Disposed_it_waits_for_nothing()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        ArrivedBytes arrived = new(pair.Receiver, _time);
        arrived.Dispose();
        arrived.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(() => arrived.WaitAsync(1, Patience, TestContext.Current.CancellationToken).AsTask());
    }
}
