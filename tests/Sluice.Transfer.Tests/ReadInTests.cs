using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>Looking at a few bytes of a file without waiting for the disk, and having somebody else wait for it.</summary>
public sealed class ReadInTests
{
    private const int FileBytes = 1 << 20;
    private const int LookedAtBytes = 5000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_in_memory_is_read_up_to_the_end_of_the_file()
    {
        using TestFile file = new(FileBytes);
        byte[] buffer = new byte[LookedAtBytes];

        file.File.TryReadResident(buffer, 1000, out int readBytes).ShouldBeTrue();
        readBytes.ShouldBe(LookedAtBytes);
        buffer.AsSpan().SequenceEqual(file.Bytes(1000, LookedAtBytes)).ShouldBeTrue();

        file.File.TryReadResident(buffer, FileBytes - 10, out readBytes).ShouldBeTrue();
        readBytes.ShouldBe(10);
        file.File.TryReadResident(buffer, FileBytes, out readBytes).ShouldBeTrue();
        readBytes.ShouldBe(0);
    }

    [Fact]
    public void A_closed_file_is_an_error_and_not_a_cold_one()
    {
        using TestFile file = new(FileBytes);
        file.File.Handle.Dispose();
        Should.Throw<ObjectDisposedException>(() => file.File.TryReadResident(new byte[1], 0, out _));
    }

    [Fact]
    public async Task What_is_cold_is_there_after_it_was_read_in()
    {
        await using ColdReadPool pool = new(1);
        using TestFile file = new(FileBytes);
        byte[] buffer = new byte[LookedAtBytes];
        FileRegion range = file.Region(300_000, LookedAtBytes);
        int coldCount = 0;

        // A read that may not wait brings what it misses where the disk is quick: so often enough for one to find it cold.
        for (int attempt = 0; attempt < 300 && coldCount == 0; attempt++)
        {
            PageCache.EvictOrSkip(file.File.Handle, file.File.Path);
            if (file.File.TryReadResident(buffer, range.PositionBytes, out int readBytes) && readBytes == LookedAtBytes) continue;
            coldCount++;
            await pool.ReadInAsync(range, Token).SoonAsync();
            file.File.TryReadResident(buffer, range.PositionBytes, out readBytes).ShouldBeTrue();
            readBytes.ShouldBe(LookedAtBytes);
            buffer.AsSpan().SequenceEqual(file.Bytes(300_000, LookedAtBytes)).ShouldBeTrue();
        }

        range.Release();
        if (coldCount == 0) Assert.Skip("the disk always answered before the read returned");
    }

    [Fact]
    public async Task A_range_behind_the_end_of_the_file_ends_the_wait_too()
    {
        await using ColdReadPool pool = new(1);
        using TestFile file = new(FileBytes);
        FileRegion range = file.Region(FileBytes - 10, LookedAtBytes);
        await pool.ReadInAsync(range, Token).SoonAsync();
        range.Release();
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Fact]
    public async Task Waiting_for_a_range_can_be_cancelled_and_lets_go_of_the_file()
    {
        await using ColdReadPool pool = new(1);
        using TestFile file = new(FileBytes);
        using TestFile other = new(1);
        using HeldWorkers held = HeldWorkers.Of(pool, threadsMax: 1, other.File);
        using CancellationTokenSource cancellation = new();
        FileRegion range = file.Region(0, LookedAtBytes);
        Task waiting = pool.ReadInAsync(range, cancellation.Token);
        pool.QueuedCount.ShouldBe(1);
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting.SoonAsync());
        pool.QueuedCount.ShouldBe(0);
        range.Release();
        file.File.ReferencesCount.ShouldBe(1);
        await Should.ThrowAsync<OperationCanceledException>(() => pool.ReadInAsync(range, cancellation.Token).SoonAsync());
    }

    [Fact]
    public async Task A_disposed_pool_keeps_nobody_waiting()
    {
        ColdReadPool pool = new(1);
        await pool.DisposeAsync();
        using TestFile file = new(FileBytes);
        FileRegion range = file.Region(0, LookedAtBytes);
        await pool.ReadInAsync(range, Token).SoonAsync();
        range.Release();
        file.File.ReferencesCount.ShouldBe(1);
    }
}
