using Microsoft.Extensions.Time.Testing;
using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>How sends end that do not succeed: at once, with a reason, and with nothing left behind.</summary>
public sealed class TransferFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<WireKind> Kinds => [.. Enum.GetValues<WireKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_shorter_than_its_region_ends_the_send_without_padding(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind);
        using TestFile file = new(300_000);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 400_000);
        Task<byte[]> received = wire.ReceiveAsync(400_010);

        TransferException failure = await Should.ThrowAsync<TransferException>(async () => await wire.Channel.SendAsync(frame, Token).SoonAsync());

        failure.Reason.ShouldBe(TransferFailure.ShortFile);
        failure.Message.ShouldContain(file.File.Path);
        await Should.ThrowAsync<InvalidOperationException>(async () => await wire.Channel.SendAsync(frame, Token));
        await wire.Channel.DisposeAsync();
        wire.Sockets.Sender.Dispose();
        (await received).Length.ShouldBeLessThanOrEqualTo(300_010);
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_truncated_in_mid_region_ends_the_send(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 4096);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 8 << 20);
        Task sent = wire.Channel.SendAsync(frame, Token).AsTask();
        RandomAccess.SetLength(file.File.Handle, 5 << 20);
        Task<byte[]> received = wire.ReceiveAsync(frame.LengthBytes);

        TransferException failure = await Should.ThrowAsync<TransferException>(() => sent.SoonAsync());

        failure.Reason.ShouldBe(TransferFailure.ShortFile);
        wire.Sockets.Sender.Dispose();
        (await received).Length.ShouldBeLessThanOrEqualTo((5 << 20) + 10);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_peer_that_resets_the_connection_in_mid_region_ends_the_send(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 4096);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 8 << 20);
        Task sent = wire.Channel.SendAsync(frame, Token).AsTask();
        sent.IsCompleted.ShouldBeFalse();
        wire.Sockets.Receiver.Close(0);

        TransferException failure = await Should.ThrowAsync<TransferException>(() => sent.SoonAsync());

        failure.Reason.ShouldBe(TransferFailure.PeerClosed);
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(WireKind.SendFile)]
    [InlineData(WireKind.Copy)]
    public async Task A_peer_that_is_gone_already_is_an_error_and_no_signal(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 1 << 20);
        wire.Sockets.Receiver.Close(0);

        // The first send may still find the connection up; what follows it does not.
        TransferException failure = await Should.ThrowAsync<TransferException>(async () =>
        {
            while (true)
            {
                await wire.Channel.SendAsync(frame, Token).SoonAsync();
            }
        });
        failure.Reason.ShouldBe(TransferFailure.PeerClosed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Cancellation_in_mid_region_ends_the_send_at_once(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 4096);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 8 << 20);
        using CancellationTokenSource cancellation = new();
        Task sent = wire.Channel.SendAsync(frame, cancellation.Token).AsTask();
        sent.IsCompleted.ShouldBeFalse();
        await cancellation.CancelAsync();

        OperationCanceledException failure = await Should.ThrowAsync<OperationCanceledException>(() => sent.SoonAsync());

        failure.CancellationToken.ShouldBe(cancellation.Token);
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
        await Should.ThrowAsync<InvalidOperationException>(async () => await wire.Channel.SendAsync(frame, Token));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Cancellation_before_the_send_leaves_the_channel_as_it_was(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind);
        using TestFile file = new(1000);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 1000);
        await Should.ThrowAsync<OperationCanceledException>(async () => await wire.Channel.SendAsync(frame, new CancellationToken(canceled: true)));
        await wire.Channel.SendAsync(frame, Token);
        (await wire.ReceiveAsync(1010)).AsSpan(10).SequenceEqual(file.Contents).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Disposal_in_mid_region_ends_the_send_and_then_itself(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 4096);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 8 << 20);
        Task sent = wire.Channel.SendAsync(frame, Token).AsTask();
        await wire.Channel.DisposeAsync().SoonAsync();

        // The frame is the caller's again as soon as the disposal is over.
        frame.Clear();
        TransferException failure = await Should.ThrowAsync<TransferException>(() => sent.SoonAsync());
        failure.Reason.ShouldBe(TransferFailure.ChannelClosed);
        file.File.ReferencesCount.ShouldBe(1);
        await wire.Channel.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(async () => await wire.Channel.SendAsync(frame, Token));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_socket_closed_under_its_channel_ends_the_send(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 4096);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 8 << 20);
        Task sent = wire.Channel.SendAsync(frame, Token).AsTask();
        await Task.Run(wire.Sockets.Sender.Dispose, Token).SoonAsync();

        TransferException failure = await Should.ThrowAsync<TransferException>(() => sent.SoonAsync());

        failure.Reason.ShouldBe(TransferFailure.PeerClosed);
        await wire.Channel.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_peer_that_accepts_nothing_until_the_deadline_is_given_up(WireKind kind)
    {
        FakeTimeProvider time = new();
        await using Wire wire = await Wire.OpenAsync(kind, new TransferOptions { StallTimeout = TimeSpan.FromMinutes(1) }, bufferBytes: 4096, time: time);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 8 << 20);
        Task sent = wire.Channel.SendAsync(frame, Token).AsTask();
        time.Advance(TimeSpan.FromSeconds(59));
        sent.IsCompleted.ShouldBeFalse();

        // The channel may be between two waits when the clock moves, so the clock keeps moving until the send has ended.
        while (!sent.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(61));
            await Task.WhenAny(sent, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token));
        }

        TransferException failure = await Should.ThrowAsync<TransferException>(() => sent);
        failure.Reason.ShouldBe(TransferFailure.Stalled);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_peer_that_is_slow_but_reads_is_never_given_up(WireKind kind)
    {
        FakeTimeProvider time = new();
        await using Wire wire = await Wire.OpenAsync(kind, new TransferOptions { StallTimeout = TimeSpan.FromMinutes(1) }, time: time);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 1 << 20);
        for (int i = 0; i < 5; i++)
        {
            Task<byte[]> received = wire.ReceiveAsync(frame.LengthBytes);
            await wire.Channel.SendAsync(frame, Token).SoonAsync();
            time.Advance(TimeSpan.FromHours(1));
            await received;
        }
    }

    [Fact]
    public async Task Cancellation_and_disposal_at_any_moment_end_the_send_once_and_leak_nothing()
    {
        int seed = Environment.ProcessId;
        Random random = new(seed);
        using TestFile file = new(4 << 20);
        for (int round = 0; round < 200; round++)
        {
            await using Wire wire = await Wire.OpenAsync(round % 2 == 0 ? WireKind.SendFile : WireKind.Copy, bufferBytes: 64 << 10);
            using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 4 << 20);
            using CancellationTokenSource cancellation = new();
            int readBytes = random.Next(5 << 20);
            Task<byte[]> received = wire.ReceiveAsync(readBytes);
            Task sent = wire.Channel.SendAsync(frame, cancellation.Token).AsTask();
            Task[] ends = [Task.Run(cancellation.CancelAsync, Token), Task.Run(async () => await wire.Channel.DisposeAsync(), Token)];
            Exception? failure = await Record.ExceptionAsync(() => sent.SoonAsync());
            (failure is null or OperationCanceledException or TransferException { Reason: TransferFailure.ChannelClosed })
                .ShouldBeTrue($"seed {seed}, round {round}: {failure}");
            await Task.WhenAll(ends).SoonAsync();
            frame.Clear();
            file.File.ReferencesCount.ShouldBe(1);
            wire.Sockets.Dispose();
            await Record.ExceptionAsync(() => received);
        }
    }
}
