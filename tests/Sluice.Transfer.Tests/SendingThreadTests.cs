using Sluice.Transfer.Channels;
using Sluice.Transfer.Interop;
using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>On which thread a send goes on, and for how long it may have it.</summary>
public sealed class SendingThreadTests
{
    private const int ChunkBytes = 1 << 20;
    private const string Poller = "Sluice readiness";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_peer_that_takes_everything_holds_no_thread_for_more_than_four_chunks()
    {
        if (!LibC.IsSupported) Assert.Skip("needs the system calls of Linux");
        KernelScript script = new() { ClaimsToSendFile = true };
        using SocketPair sockets = await SocketPair.ConnectAsync();
        using TransferMetrics metrics = new();
        using TestFile file = new(10 * ChunkBytes);
        using ResponseFrame frame = new();
        frame.Append(file.Region(0, 10 * ChunkBytes));
        TransferOptions options = new() { ChunkBytes = ChunkBytes, ProbeResidency = false };
        await using PlaintextChannel<ScriptedKernel> channel = new(
            sockets.Sender, TransferPath.SendFile, options, metrics, ColdReadPool.Shared, TimeProvider.System, new ScriptedKernel(script));
        string? caller = Thread.CurrentThread.Name;

        await channel.SendAsync(frame, Token).SoonAsync();

        script.Calls.Select(static call => call.ThreadName).ShouldBe([.. Enumerable.Repeat(caller, 4), .. Enumerable.Repeat(Poller, 6)]);
        (metrics.Read().Waits, metrics.Read().SendFileBytes).ShouldBe((0, 10 * ChunkBytes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_awaits_a_send_that_waited_goes_on_where_the_options_say(bool continuesInline)
    {
        if (!LibC.IsSupported) Assert.Skip("needs the system calls of Linux");
        const int RegionBytes = 8 << 20;
        await using Wire wire = await Wire.OpenAsync(WireKind.SendFile, new TransferOptions { ContinueInline = continuesInline }, bufferBytes: 64 << 10);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);

        // Nobody has read yet, so that this send is under way until somebody does.
        Task<string?> sent = SendAsync();
        sent.IsCompleted.ShouldBeFalse();
        byte[] received = await wire.ReceiveAsync(10 + RegionBytes).SoonAsync();
        string? threadName = await sent.SoonAsync();

        received.AsSpan(10).SequenceEqual(file.Contents).ShouldBeTrue();
        (threadName == Poller).ShouldBe(continuesInline, threadName);

        async Task<string?> SendAsync()
        {
            await wire.Channel.SendAsync(frame, Token).ConfigureAwait(false);
            return Thread.CurrentThread.Name;
        }
    }
}
