using Sluice.Transfer.Channels;
using Sluice.Transfer.Interop;
using Sluice.Transfer.Residency;
using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>Cold ranges with a kernel that answers what the test wants: which thread does what, and how it ends when it fails.</summary>
public sealed class ColdReadScriptTests
{
    private const int RegionBytes = 200_000;
    private const string IoThread = "Sluice cold reads";

    private readonly KernelScript _script = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_an_io_thread_waits_for_a_cold_range_and_it_sends_it_too()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        SayCold();

        await wire.Channel.SendAsync(frame, Token).SoonAsync();

        (await wire.Sockets.ReceiveAsync(10 + RegionBytes, Token).SoonAsync()).AsSpan(10).SequenceEqual(file.Contents).ShouldBeTrue();
        KernelCall read = _script.Calls.First(static call => call.Name == "splice");
        (read.Argument, read.LengthBytes).ShouldBe((0, RegionBytes), "all of it is asked for at once");
        foreach (KernelCall call in _script.Calls.Where(static call => call.Name is "splice" or "sendfile"))
            call.ThreadName.ShouldBe(IoThread, call.ToString());
        TransferCounters counters = wire.Metrics.Read();
        (counters.ColdChunks, counters.ColdBytes, counters.SendFileBytes, counters.CopyBytes).ShouldBe((1, RegionBytes, RegionBytes, 0));
    }

    [Fact]
    public async Task A_cold_range_that_is_copied_is_read_by_an_io_thread_and_sent_by_another()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool, TransferPath.Copy);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        SayCold(TransferPath.Copy);

        await wire.Channel.SendAsync(frame, Token).SoonAsync();

        (await wire.Sockets.ReceiveAsync(10 + RegionBytes, Token).SoonAsync()).AsSpan(10).SequenceEqual(file.Contents).ShouldBeTrue();
        _script.Calls.Where(static call => call.Name == "pread").ShouldAllBe(static call => call.ThreadName == IoThread);
        _script.Calls.Where(static call => call.Name == "send").ShouldAllBe(static call => call.ThreadName != IoThread);
        TransferCounters counters = wire.Metrics.Read();
        (counters.ColdChunks, counters.CopyBytes, counters.SendFileBytes).ShouldBe((1, RegionBytes, 0));
        counters.ColdBytes.ShouldBeInRange(1, RegionBytes - 1);
    }

    [Fact]
    public async Task After_a_cold_range_every_page_is_asked_for_until_enough_chunks_were_in_memory()
    {
        const int ChunkBytes = 64 << 10;
        const int ChunksCount = 30;
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool, chunkBytes: ChunkBytes);
        using TestFile file = new(ChunksCount * ChunkBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, ChunksCount * ChunkBytes);
        SayCold();

        Task<byte[]> received = wire.Sockets.ReceiveAsync(frame.LengthBytes, Token);
        await wire.Channel.SendAsync(frame, Token).SoonAsync();
        await received.SoonAsync();

        if (file.File.Limits != FileLimits.None) Assert.Skip($"the file system of {file.File.Path} knows no {file.File.Limits}");
        _script.Calls.Count(static call => call is { Name: "cachestat", LengthBytes: ChunkBytes }).ShouldBe(ResidencyProbe<Kernel>.ExactChunks);
    }

    [Fact]
    public async Task Without_reads_that_do_not_wait_the_pages_are_counted()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        _script.CountCachedPages.Enqueue(1);
        _script.ReadNoWait.Enqueue(-Errno.EOPNOTSUPP);
        for (int i = 0; i < 3; i++) _script.CountCachedPages.Enqueue(0);

        await wire.Channel.SendAsync(frame, Token).SoonAsync();

        wire.Metrics.Read().ColdChunks.ShouldBe(1);
        _script.Count("preadv2").ShouldBe(1, "a file system that cannot do it is not asked again");
        (await wire.Sockets.ReceiveAsync(10 + RegionBytes, Token).SoonAsync()).AsSpan(10).SequenceEqual(file.Contents).ShouldBeTrue();
    }

    [Fact]
    public async Task Where_the_kernel_tells_nothing_all_is_taken_to_be_in_memory()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        _script.CountCachedPages.Enqueue(-Errno.ENOSYS);
        _script.ReadNoWait.Enqueue(-Errno.EOPNOTSUPP);

        await wire.Channel.SendAsync(frame, Token).SoonAsync();

        wire.Metrics.Read().ColdChunks.ShouldBe(0);
        (_script.Count("preadv2"), _script.Count("cachestat")).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Where_pages_cannot_be_counted_both_ends_of_a_chunk_are_read_from()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        _script.CountCachedPages.Enqueue(-Errno.ENOSYS);
        _script.ReadNoWait.Enqueue(1);
        for (int i = 0; i < 2; i++) _script.ReadNoWait.Enqueue(-Errno.EAGAIN);

        await wire.Channel.SendAsync(frame, Token).SoonAsync();

        wire.Metrics.Read().ColdChunks.ShouldBe(1);
        _script.Count("cachestat").ShouldBe(1);
        _script.Calls.Where(static call => call.Name == "preadv2").Select(static call => call.Argument).Take(2).ShouldBe([RegionBytes - 1, 0]);
    }

    [Fact]
    public async Task A_chunk_whose_read_has_only_begun_is_cold()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        for (int i = 0; i < 2; i++)
        {
            _script.CountCachedPages.Enqueue(1);
            _script.ReadNoWait.Enqueue(-Errno.EAGAIN);
        }

        await wire.Channel.SendAsync(frame, Token).SoonAsync();

        wire.Metrics.Read().ColdChunks.ShouldBe(1);
    }

    [Fact]
    public async Task A_chunk_that_is_cold_is_not_read_from_before_an_io_thread_has_it()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        SayCold();

        await wire.Channel.SendAsync(frame, Token).SoonAsync();

        _script.Count("preadv2").ShouldBe(0, "a read that may not wait can begin one that does");
    }

    [Fact]
    public async Task A_probe_that_a_signal_interrupts_is_asked_again()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        _script.CountCachedPages.Enqueue(1);
        _script.ReadNoWait.Enqueue(-Errno.EINTR);
        _script.ReadNoWait.Enqueue(-Errno.EAGAIN);
        _script.CountCachedPages.Enqueue(0);
        _script.Read.Enqueue(-Errno.EINTR);

        await wire.Channel.SendAsync(frame, Token).SoonAsync();

        wire.Metrics.Read().ColdChunks.ShouldBe(1);
    }

    [Theory]
    [InlineData(TransferPath.SendFile)]
    [InlineData(TransferPath.Copy)]
    public async Task A_disk_that_fails_is_told_from_a_peer_that_left(TransferPath path)
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool, path);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        SayCold(path);
        _script.Read.Enqueue(-Errno.EIO);

        TransferException failure = await Should.ThrowAsync<TransferException>(async () => await wire.Channel.SendAsync(frame, Token).SoonAsync());

        failure.Reason.ShouldBe(TransferFailure.FileUnreadable);
        failure.Message.ShouldContain(file.File.Path);
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_ends_in_a_cold_range_is_too_short()
    {
        await using ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes + 1000);
        SayCold();

        TransferException failure = await Should.ThrowAsync<TransferException>(async () => await wire.Channel.SendAsync(frame, Token).SoonAsync());

        failure.Reason.ShouldBe(TransferFailure.ShortFile);
    }

    [Theory]
    [InlineData(TransferPath.SendFile, false)]
    [InlineData(TransferPath.Copy, false)]
    [InlineData(TransferPath.SendFile, true)]
    [InlineData(TransferPath.Copy, true)]
    public async Task Giving_up_does_not_wait_for_a_disk_that_is_slow(TransferPath path, bool disposes)
    {
        using ManualResetEventSlim disk = new();
        using SemaphoreSlim reading = new(0);
        _script.BeforeRead = () =>
        {
            reading.Release();
            disk.Wait(TimeSpan.FromSeconds(60));
        };
        using TestFile file = new(RegionBytes);
        await using (ColdReadPool pool = new(1))
        {
            await using ScriptedWire wire = await OpenAsync(pool, path);
            using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
            using CancellationTokenSource cancellation = new();
            SayCold(path);
            Task sent = wire.Channel.SendAsync(frame, cancellation.Token).AsTask();
            await reading.WaitAsync(Token).SoonAsync();

            if (disposes) await wire.Channel.DisposeAsync().SoonAsync();
            else await cancellation.CancelAsync();
            Exception? failure = await Record.ExceptionAsync(() => sent.SoonAsync());

            (disposes ? failure is TransferException { Reason: TransferFailure.ChannelClosed } : failure is OperationCanceledException)
                .ShouldBeTrue($"{failure}");
            frame.Clear();
            file.File.ReferencesCount.ShouldBe(2, "the I/O thread still reads the file, so it stays open");
            disk.Set();
        }

        // The pool's disposal has waited for its thread.
        file.File.ReferencesCount.ShouldBe(1);
        _script.Count("sendfile").ShouldBe(0, "a send that was given up puts nothing more on the wire");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pool_that_is_disposed_ends_the_sends_that_need_it(bool isQueuedBefore)
    {
        ColdReadPool pool = new(1);
        await using ScriptedWire wire = await OpenAsync(pool);
        using TestFile file = new(RegionBytes);
        using TestFile other = new(1);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, RegionBytes);
        SayCold();
        HeldWorkers held = HeldWorkers.Of(pool, threadsMax: 1, other.File);
        Task sent = isQueuedBefore ? wire.Channel.SendAsync(frame, Token).AsTask() : Task.CompletedTask;
        Task disposed = pool.DisposeAsync().AsTask();
        if (!isQueuedBefore) sent = wire.Channel.SendAsync(frame, Token).AsTask();

        TransferException failure = await Should.ThrowAsync<TransferException>(() => sent.SoonAsync());

        failure.Reason.ShouldBe(TransferFailure.ChannelClosed);
        disposed.IsCompleted.ShouldBeFalse("a thread is still with the disk");
        held.Dispose();
        await disposed.SoonAsync();
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
    }

    /// <summary>
    /// Has the next chunk be cold from its first byte. It is asked for twice: by a probe at its end and at that of its first step, by a
    /// copying send behind the header and again once that is out.
    /// </summary>
    private void SayCold(TransferPath path = TransferPath.SendFile)
    {
        for (int i = 0; i < 2; i++)
        {
            if (path == TransferPath.SendFile) _script.CountCachedPages.Enqueue(0);
            else _script.ReadNoWait.Enqueue(-Errno.EAGAIN);
        }
    }

    private async Task<ScriptedWire> OpenAsync(ColdReadPool pool, TransferPath path = TransferPath.SendFile, int chunkBytes = 256 << 10)
    {
        if (!LibC.IsSupported) Assert.Skip("needs the system calls of Linux");
        SocketPair sockets = await SocketPair.ConnectAsync();
        TransferMetrics metrics = new();
        TransferOptions options = new() { Path = path, ChunkBytes = chunkBytes };
        PlaintextChannel<ScriptedKernel> channel = new(sockets.Sender, path, options, metrics, pool, TimeProvider.System, new ScriptedKernel(_script));
        return new ScriptedWire(sockets, channel, metrics);
    }

    private sealed record ScriptedWire(SocketPair Sockets, TransferChannel Channel, TransferMetrics Metrics) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Channel.DisposeAsync();
            Sockets.Dispose();
            Metrics.Dispose();
        }
    }
}
