using Sluice.Transfer.Channels;
using Sluice.Transfer.Interop;
using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>What a send tells about itself: progress, counts, and the way that it fell back to.</summary>
public sealed class SendReportTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<WireKind> Kinds => [.. Enum.GetValues<WireKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Progress_rises_to_the_length_of_the_frame_and_starts_again_with_the_next_send(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 64 << 10);
        using TestFile file = new(3_000_000);
        Steps progress = new();
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 100, 3_000_000);
        frame.Append(new byte[20_000]);
        frame.Progress = progress;
        for (int round = 0; round < 2; round++)
        {
            progress.Reported.Clear();
            Task<byte[]> received = wire.ReceiveAsync(frame.LengthBytes);
            await wire.Channel.SendAsync(frame, Cancelled).SoonAsync();
            await received.SoonAsync();

            progress.Reported.ShouldBeInOrder(SortDirection.Ascending);
            progress.Reported.Distinct().Count().ShouldBe(progress.Reported.Count, "a step that moved nothing was reported");
            progress.Reported.Count.ShouldBeGreaterThan(1);
            progress.Reported[^1].ShouldBe(frame.LengthBytes);
            frame.SentBytes.ShouldBe(frame.LengthBytes);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_frame_counts_its_own_send_and_the_metrics_count_all_of_them(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind);
        using TestFile file = new(1 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 100, 1 << 20);
        for (int round = 1; round <= 3; round++)
        {
            Task<byte[]> received = wire.ReceiveAsync(frame.LengthBytes);
            await wire.Channel.SendAsync(frame, Cancelled).SoonAsync();
            await received.SoonAsync();

            TransferCounters all = wire.Metrics.Read();
            (frame.Counters.SendFileBytes + frame.Counters.CopyBytes).ShouldBe(1 << 20);
            (all.SendFileBytes + all.CopyBytes).ShouldBe(round << 20);
        }
    }

    [Fact]
    public async Task A_cancelled_send_tells_how_much_may_have_reached_the_peer()
    {
        await using Wire wire = await Wire.OpenAsync(WireKind.SendFile, bufferBytes: 16 << 10);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 100, 8 << 20);
        using CancellationTokenSource cancellation = new();

        // Nobody reads: the sockets' buffers fill, and the send waits for them.
        Task sent = wire.Channel.SendAsync(frame, cancellation.Token).AsTask();
        sent.IsCompleted.ShouldBeFalse();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sent.SoonAsync());

        frame.SentBytes.ShouldBeInRange(1, frame.LengthBytes - 1);
        frame.Counters.Waits.ShouldBeGreaterThan(0);
        byte[] received = await wire.ReceiveAsync(frame.SentBytes).SoonAsync();
        received.Length.ShouldBe((int)frame.SentBytes);
    }

    [Fact]
    public async Task What_progress_throws_ends_the_send()
    {
        await using Wire wire = await Wire.OpenAsync(WireKind.SendFile);
        using TestFile file = new(8 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 100, 8 << 20);
        frame.Progress = new Steps(_ => throw new InvalidOperationException("enough"));

        InvalidOperationException failure = await Should.ThrowAsync<InvalidOperationException>(wire.Channel.SendAsync(frame, Cancelled).SoonAsync());

        failure.Message.ShouldBe("enough");
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_the_kernel_will_not_splice_says_so_and_is_copied_from_then_on()
    {
        KernelScript script = new();
        script.SendFile.Enqueue(-Errno.EINVAL);
        using SocketPair sockets = await SocketPair.ConnectAsync();
        using TransferMetrics metrics = new();
        await using PlaintextChannel<ScriptedKernel> channel =
            new(sockets.Sender, TransferPath.SendFile, new TransferOptions(), metrics, ColdReadPool.Shared, TimeProvider.System, new ScriptedKernel(script));
        using TestFile file = new(1 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 100, 1 << 20);
        file.File.IsSendFileRefused.ShouldBeFalse();

        Task<byte[]> received = sockets.ReceiveAsync(frame.LengthBytes, Cancelled);
        await channel.SendAsync(frame, Cancelled).SoonAsync();

        (await received.SoonAsync()).AsSpan(100).SequenceEqual(file.Contents).ShouldBeTrue();
        file.File.IsSendFileRefused.ShouldBeTrue();
        frame.Counters.SendFileBytes.ShouldBe(0);
        frame.Counters.CopyBytes.ShouldBe(1 << 20);
    }
}
