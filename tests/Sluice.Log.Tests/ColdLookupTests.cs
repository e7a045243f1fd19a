using Sluice.Log.Tests.Support;
using Sluice.Transfer;
using Sluice.Transfer.Tests.Support;

namespace Sluice.Log.Tests;

/// <summary>Finding batches whose headers are not in memory, on a thread that must not wait for the disk.</summary>
public sealed class ColdLookupTests
{
    private const int BatchesCount = 2000;
    private const int FetchBytes = 20_000;

    [Fact]
    public async Task A_cold_header_is_not_waited_for_and_once_read_in_the_same_bytes_are_found()
    {
        await using LogFixture fixture = await FilledAsync();
        await using ColdReadPool pool = new(1);
        TransferFile file = fixture.Log.Segments[0].File;
        int referencesCount = file.ReferencesCount;
        int coldCount = 0;

        // A read that may not wait brings what it misses where the disk is quick: so often enough for one to find it cold. Offsets differ, as
        // positions are remembered.
        for (int offset = 10; offset < BatchesCount - 100 && coldCount < 3; offset += 3)
        {
            PageCache.EvictOrSkip(file.Handle, file.Path);
            LogReadResult result = fixture.Log.ReadResident(offset, FetchBytes, fixture.Log.HighWatermark, true);
            int coldRangesCount = 0;
            while (result.Status == LogReadStatus.Cold)
            {
                coldRangesCount++.ShouldBeLessThan(100);
                result.LengthBytes.ShouldBe(0);
                result.NextOffset.ShouldBe(offset);
                await pool.ReadInAsync(result.Region, TestContext.Current.CancellationToken);
                result.Region.Release();
                result = fixture.Log.ReadResident(offset, FetchBytes, fixture.Log.HighWatermark, true);
            }

            if (coldRangesCount > 0) coldCount++;
            LogReadResult expected = fixture.Log.Read(offset, FetchBytes, fixture.Log.HighWatermark, true);
            (result.Status, result.NextOffset, result.Region).ShouldBe((expected.Status, expected.NextOffset, expected.Region));
            result.Region.Release();
            expected.Region.Release();
            file.ReferencesCount.ShouldBe(referencesCount);
        }

        if (coldCount == 0) Assert.Skip("the disk always answered before the read returned");
    }

    [Fact]
    public async Task Reading_from_a_segments_first_offset_to_its_end_needs_no_header()
    {
        await using LogFixture fixture = await FilledAsync();
        TransferFile file = fixture.Log.Segments[0].File;
        PageCache.EvictOrSkip(file.Handle, file.Path);

        LogReadResult result = fixture.Log.ReadResident(0, int.MaxValue, fixture.Log.HighWatermark, true);

        result.Status.ShouldBe(LogReadStatus.Region);
        result.LengthBytes.ShouldBe((int)fixture.Log.SizeBytes);
        result.Region.Release();
    }

    [Fact]
    public async Task A_log_in_memory_is_never_cold()
    {
        await using LogFixture fixture = await FilledAsync();
        for (long offset = 0; offset < BatchesCount; offset += 7)
        {
            LogReadResult expected = fixture.Log.Read(offset, FetchBytes, fixture.Log.HighWatermark, true);
            expected.Region.Release();
            LogReadResult result = fixture.Log.ReadResident(offset, FetchBytes, fixture.Log.HighWatermark, true);
            (result.Status, result.NextOffset, result.Region).ShouldBe((expected.Status, expected.NextOffset, expected.Region));
            result.Region.Release();
        }
    }

    private static async Task<LogFixture> FilledAsync()
    {
        LogFixture fixture = await LogFixture.CreateAsync();
        for (int index = 0; index < BatchesCount; index++) fixture.Append(Batches.OfBytes(500));
        return fixture;
    }
}
