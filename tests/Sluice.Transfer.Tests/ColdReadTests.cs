using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>Files that are not in the page cache, on the disk that this machine has: whoever sends them waits, and nobody else does.</summary>
public sealed class ColdReadTests
{
    private const int FileBytes = 3 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The ways to send that can ask whether pages are in memory.</summary>
    public static TheoryData<WireKind> Kinds => [WireKind.SendFile, WireKind.Copy, WireKind.Stream, WireKind.Tls];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cold_region_is_left_to_the_pool_and_arrives_whole(WireKind kind)
    {
        await using ColdReadPool pool = new(1);
        await using Wire wire = await Wire.OpenAsync(kind, coldReads: pool);
        using TestFile file = new(FileBytes);
        TransferCounters counters = default;
        int sendsCount = 0;

        // The paths that copy may find all of it in memory after all, as a read that may not wait brings what it misses where the disk is quick.
        int sendsMax = kind == WireKind.SendFile ? 1 : 50;
        while (sendsCount < sendsMax && counters.ColdChunks == 0)
        {
            sendsCount++;
            PageCache.EvictOrSkip(file.File.Handle, file.File.Path);
            using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, FileBytes);
            Task<byte[]> received = wire.ReceiveAsync(frame.LengthBytes);
            await wire.Channel.SendAsync(frame, Token).SoonAsync();
            (await received.SoonAsync()).AsSpan(10).SequenceEqual(file.Contents).ShouldBeTrue();
            counters = wire.Metrics.Read();
        }

        counters.ColdChunks.ShouldBeGreaterThan(0);
        counters.ColdBytes.ShouldBeInRange(1, FileBytes);
        long expectedBytes = (long)sendsCount * FileBytes;
        (counters.SendFileBytes, counters.CopyBytes).ShouldBe(kind == WireKind.SendFile ? (expectedBytes, 0) : (0, expectedBytes));
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_hot_send_ends_while_every_thread_that_may_wait_for_the_disk_is_taken(WireKind kind)
    {
        await using ColdReadPool pool = new(1);
        using TestFile cold = new(FileBytes, seed: 2);
        using TestFile hot = new(FileBytes, seed: 3);
        await using Wire coldWire = await Wire.OpenAsync(kind, coldReads: pool);
        await using Wire hotWire = await Wire.OpenAsync(kind, coldReads: pool);
        using ResponseFrame coldFrame = new();
        coldFrame.Append(cold.Region(0, FileBytes));
        using ResponseFrame hotFrame = Frames.HeaderAndRegion(hot, 10, FileBytes);
        using HeldWorkers held = HeldWorkers.Of(pool, threadsMax: 1, hot.File);

        (Task coldSent, Task<byte[]> coldReceived) = await SendUntilColdAsync(pool, coldWire, coldFrame, cold, Token);
        Task<byte[]> hotReceived = hotWire.ReceiveAsync(hotFrame.LengthBytes);
        await hotWire.Channel.SendAsync(hotFrame, Token).SoonAsync();

        (await hotReceived.SoonAsync()).AsSpan(10).SequenceEqual(hot.Contents).ShouldBeTrue();
        hotWire.Metrics.Read().ColdChunks.ShouldBe(0);
        coldSent.IsCompleted.ShouldBeFalse();

        held.Release();
        await coldSent.SoonAsync();
        (await coldReceived.SoonAsync()).AsSpan().SequenceEqual(cold.Contents).ShouldBeTrue();
        coldWire.Metrics.Read().ColdBytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_of_a_region_is_in_memory_is_sent_at_once()
    {
        const int HotBytes = 256 << 10;
        await using ColdReadPool pool = new(1);
        await using Wire wire = await Wire.OpenAsync(WireKind.SendFile, coldReads: pool);
        using TestFile file = new(FileBytes);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, FileBytes);
        PageCache.EvictOrSkip(file.File.Handle, file.File.Path);
        RandomAccess.Read(file.File.Handle, new byte[HotBytes], 0).ShouldBe(HotBytes);
        using HeldWorkers held = HeldWorkers.Of(pool, threadsMax: 1, file.File);

        Task sent = wire.Channel.SendAsync(frame, Token).AsTask();
        byte[] first = await wire.ReceiveAsync(10 + HotBytes).SoonAsync();
        first.AsSpan(10).SequenceEqual(file.Bytes(0, HotBytes)).ShouldBeTrue();
        sent.IsCompleted.ShouldBeFalse();

        held.Release();
        byte[] rest = await wire.ReceiveAsync(FileBytes - HotBytes).SoonAsync();
        await sent.SoonAsync();
        rest.AsSpan().SequenceEqual(file.Bytes(HotBytes, FileBytes - HotBytes)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_send_that_waits_for_a_thread_can_be_cancelled(WireKind kind)
    {
        await using ColdReadPool pool = new(1);
        await using Wire wire = await Wire.OpenAsync(kind, coldReads: pool);
        using TestFile file = new(FileBytes);
        using TestFile other = new(1);
        using ResponseFrame frame = new();
        frame.Append(file.Region(0, FileBytes));
        using HeldWorkers held = HeldWorkers.Of(pool, threadsMax: 1, other.File);
        using CancellationTokenSource cancellation = new();
        (Task sent, _) = await SendUntilColdAsync(pool, wire, frame, file, cancellation.Token);
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => sent.SoonAsync());
        pool.QueuedCount.ShouldBe(0);
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1, "the pool has let go of the file as well");
    }

    /// <summary>
    /// Sends a cold file until its send waits for a thread of the pool. A read that may not wait brings what it misses where the disk is
    /// quick, so the paths that copy may find the first of their bytes in memory after all.
    /// </summary>
    private static async Task<(Task Sent, Task<byte[]> Received)> SendUntilColdAsync(
        ColdReadPool pool, Wire wire, ResponseFrame frame, TestFile file, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            PageCache.EvictOrSkip(file.File.Handle, file.File.Path);
            Task<byte[]> received = wire.ReceiveAsync(frame.LengthBytes);
            Task sent = wire.Channel.SendAsync(frame, cancellationToken).AsTask();
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
            while (!sent.IsCompleted && pool.QueuedCount == 0) await Task.Delay(1, deadline.Token);
            if (!sent.IsCompleted) return (sent, received);
            await sent;
            await received.SoonAsync();
        }

        throw new InvalidOperationException("A cold file was sent again and again, and not once by way of the pool.");
    }
}
