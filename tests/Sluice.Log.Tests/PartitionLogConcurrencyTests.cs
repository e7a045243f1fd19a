using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests;

public sealed class PartitionLogConcurrencyTests
{
    private const int AppendsCount = 3000;

    [Fact]
    public async Task Readers_beside_appenders_see_consistent_offsets_and_whole_batches()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 50_000, IndexIntervalBytes = 300 });
        PartitionLog log = fixture.Log;
        Task[] appenders = [.. Enumerable.Range(0, 2).Select(producerId => Task.Run(() => AppendTransactions(log, producerId)))];
        Task appending = Task.WhenAll(appenders);
        Task[] readers = [.. Enumerable.Range(0, 3).Select(seed => Task.Run(() => ReadUntil(log, appending, new Random(seed))))];
        await appending;
        await Task.WhenAll(readers);

        log.LogEndOffset.ShouldBe(2 * AppendsCount);
        log.SegmentCount.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Readers_beside_retention_and_truncation_see_whole_batches_or_nothing()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(
            LogConfig.Default with { SegmentBytes = 5_000, IndexIntervalBytes = 200, FileDeleteDelayMs = 0, RetentionMs = -1 });
        PartitionLog log = fixture.Log;
        Task changing = Task.Run(() => ChangeAtRandom(log), TestContext.Current.CancellationToken);
        Task[] readers = [.. Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            while (!changing.IsCompleted)
            {
                LogOffsets offsets = log.Offsets();
                long offset = random.NextInt64(offsets.LogStartOffset, offsets.LogEndOffset + 1);
                LogReadResult result = log.Read(offset, random.Next(100, 5000), offsets.HighWatermark, true);
                if (result.Status == LogReadStatus.Region)
                {
                    // A truncation may shorten or rewrite the file behind a region that was handed out; the region itself was whole.
                    result.Region.PositionBytes.ShouldBeGreaterThanOrEqualTo(0);
                    result.Region.LengthBytes.ShouldBeGreaterThan(0);
                    result.NextOffset.ShouldBeGreaterThan(offset);
                    result.Region.Release();
                }
            }
        }))];
        await changing;
        await Task.WhenAll(readers);
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
    }

    private static void ChangeAtRandom(PartitionLog log)
    {
        var random = new Random(1);
        for (int round = 0; round < 1500; round++)
        {
            log.Append(Batches.OfBytes(random.Next(50, 400)), AppendOrigin.Client, new AppendOptions(0));
            switch (random.Next(40))
            {
                case 0:
                    log.TruncateTo(random.NextInt64(log.LogStartOffset, log.LogEndOffset + 1));
                    break;
                case 1:
                    log.DeleteRecords(random.NextInt64(log.LogStartOffset, log.LogEndOffset + 1), out _);
                    log.RemoveOldSegments();
                    break;
                default:
                    break;
            }
        }
    }

    private static void AppendTransactions(PartitionLog log, int producerId)
    {
        int sequence = 0;
        for (int round = 0; round < AppendsCount; round++)
        {
            bool isMarker = round % 3 == 2;
            byte[] batch = isMarker
                ? Batches.Marker(producerId, 0, commit: round % 2 == 0)
                : Batches.Idempotent(producerId, 0, sequence++, transactional: true);
            log.Append(batch, isMarker ? AppendOrigin.Coordinator : AppendOrigin.Client, new AppendOptions(0))
                .ErrorCode.ShouldBe(Protocol.ErrorCode.None);
        }
    }

    private static void ReadUntil(PartitionLog log, Task appending, Random random)
    {
        long offset = 0;
        while (!appending.IsCompleted || offset < log.LogEndOffset)
        {
            LogOffsets offsets = log.Offsets();
            offsets.LastStableOffset.ShouldBeLessThanOrEqualTo(offsets.HighWatermark);
            offsets.HighWatermark.ShouldBeLessThanOrEqualTo(offsets.LogEndOffset);
            offsets.LogStartOffset.ShouldBeLessThanOrEqualTo(offsets.LastStableOffset);
            LogReadResult result = log.Read(offset, random.Next(1, 4000), offsets.HighWatermark, true);
            byte[] bytes = LogReader.Take(result);
            LogReader.CountBatches(bytes);
            if (bytes.Length > 0)
            {
                new RecordBatchView(bytes).BaseOffset.ShouldBe(offset);
                offset = result.NextOffset;
                offset.ShouldBeLessThanOrEqualTo(offsets.HighWatermark);
            }
        }
    }
}
