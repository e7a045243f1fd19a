using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests;

public sealed class RecoveryTests
{
    private const int BatchesCount = 30;

    [Fact]
    public async Task A_cut_off_last_batch_is_truncated_and_reported()
    {
        await using LogFixture fixture = await FilledAsync();
        long batchBytes = fixture.Log.SizeBytes / BatchesCount;
        for (int keptBytes = 1; keptBytes < batchBytes; keptBytes += 29)
        {
            await DamageAsync(fixture, file => file.SetLength((BatchesCount - 1) * batchBytes + keptBytes));

            fixture.Log.LogEndOffset.ShouldBe(BatchesCount - 1);
            fixture.Log.SizeBytes.ShouldBe((BatchesCount - 1) * batchBytes);
            fixture.Manager.Recovery.Truncations.ShouldHaveSingleItem()
                .ShouldBe(new LogTruncation(LogFixture.Partition, BatchesCount - 1, keptBytes, "the last batch is incomplete"));
            fixture.Append(Value(BatchesCount - 1)).BaseOffset.ShouldBe(BatchesCount - 1);
        }

        AssertValues(fixture, BatchesCount);
    }

    [Fact]
    public async Task Recovery_truncates_at_the_first_bad_crc()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < 12; round++)
        {
            await using LogFixture fixture = await FilledAsync();
            long batchBytes = fixture.Log.SizeBytes / BatchesCount;
            long position = random.NextInt64(fixture.Log.SizeBytes);
            // Base offset and leader epoch are not covered by the checksum, and a base offset that is too high looks like a compacted gap.
            if (position % batchBytes is < 8 or (>= 12 and < 16))
            {
                continue;
            }

            await DamageAsync(fixture, file => Flip(file, position));

            fixture.Log.LogEndOffset.ShouldBe(position / batchBytes, $"seed {seed}, byte {position}");
            AssertValues(fixture, (int)(position / batchBytes));
        }
    }

    [Fact]
    public async Task A_zeroed_tail_is_cut_off()
    {
        await using LogFixture fixture = await FilledAsync();
        long sizeBytes = fixture.Log.SizeBytes;
        await DamageAsync(fixture, file => file.SetLength(sizeBytes + 100_000));

        fixture.Log.LogEndOffset.ShouldBe(BatchesCount);
        fixture.Log.SizeBytes.ShouldBe(sizeBytes);
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(sizeBytes);
        fixture.Manager.Recovery.Truncations.ShouldHaveSingleItem().Bytes.ShouldBe(100_000);
        AssertValues(fixture, BatchesCount);
    }

    [Fact]
    public async Task Damage_in_an_earlier_segment_removes_the_later_ones()
    {
        await using LogFixture fixture = await FilledAsync(LogConfig.Default with { SegmentBytes = 600 });
        fixture.Log.SegmentCount.ShouldBeGreaterThan(3);
        long secondBaseOffset = fixture.Log.Segments[1].BaseOffset;
        long batchBytes = fixture.Log.SizeBytes / BatchesCount;
        await DamageAsync(fixture, file => Flip(file, batchBytes + 30), secondBaseOffset);

        fixture.Log.LogEndOffset.ShouldBe(secondBaseOffset + 1);
        fixture.Log.SegmentCount.ShouldBe(2);
        LogTruncation truncation = fixture.Manager.Recovery.Truncations.ShouldHaveSingleItem();
        truncation.Bytes.ShouldBe((BatchesCount - secondBaseOffset - 1) * batchBytes);
        truncation.Reason.ShouldBe("the checksum does not match");
        AssertValues(fixture, (int)secondBaseOffset + 1);
        fixture.Append(Batches.Of("after")).BaseOffset.ShouldBe(secondBaseOffset + 1);
    }

    [Fact]
    public async Task Segments_below_the_recovery_point_are_not_read_again()
    {
        await using LogFixture fixture = await FilledAsync(LogConfig.Default with { SegmentBytes = 1500 });
        await fixture.Log.FlushAsync();
        fixture.Log.RecoveryPoint.ShouldBe(BatchesCount);
        fixture.Manager.CheckpointAll();
        fixture.Append(Value(BatchesCount));
        await fixture.CrashAsync();

        fixture.Manager.Recovery.SegmentsScanned.ShouldBe(1);
        AssertValues(fixture, BatchesCount + 1);
    }

    [Theory]
    [InlineData(".index")]
    [InlineData(".timeindex")]
    public async Task A_missing_index_is_built_anew_even_after_a_clean_shutdown(string extension)
    {
        await using LogFixture fixture = await IndexedAsync();
        LogConfig config = fixture.Config;
        byte[] index = File.ReadAllBytes(fixture.File(0, extension));
        await fixture.Manager.DisposeAsync();
        byte[] trimmed = File.ReadAllBytes(fixture.File(0, extension));
        File.Delete(fixture.File(0, extension));
        await fixture.OpenAsync();

        fixture.Manager.Recovery.SegmentsScanned.ShouldBe(1);
        fixture.Manager.Recovery.Truncations.ShouldBeEmpty();
        fixture.Config.ShouldBe(config);
        await fixture.Manager.DisposeAsync();
        File.ReadAllBytes(fixture.File(0, extension)).ShouldBe(trimmed);
        index.AsSpan(0, trimmed.Length - 12).SequenceEqual(trimmed.AsSpan(0, trimmed.Length - 12)).ShouldBeTrue();
        await fixture.OpenAsync();
    }

    [Fact]
    public async Task A_wrong_offset_index_is_detected_on_open_and_built_anew()
    {
        await using LogFixture fixture = await IndexedAsync();
        await fixture.Manager.DisposeAsync();
        string path = fixture.File(0, ".index");
        byte[] good = File.ReadAllBytes(path);
        good.Length.ShouldBeGreaterThan(32);
        byte[][] wrongs =
        [
            [.. good, .. new byte[8]],
            [.. good, .. new byte[1 << 20]],
            good[..^3],
            [.. good[..^1], (byte)(good[^1] + 1)],
            [.. good[..^5], (byte)(good[^5] + 1), .. good[^4..]],
            [.. Enumerable.Repeat((byte)0xEE, good.Length)],
            new byte[good.Length],
            [.. good[8..16], .. good[..8], .. good[16..]],
        ];
        foreach (byte[] wrong in wrongs)
        {
            File.WriteAllBytes(path, wrong);
            await fixture.OpenAsync();
            fixture.Manager.Recovery.SegmentsScanned.ShouldBe(1, Convert.ToHexString(wrong.AsSpan(0, Math.Min(64, wrong.Length))));
            fixture.Log.Values().Count.ShouldBe((int)fixture.Log.LogEndOffset);
            await fixture.Manager.DisposeAsync();
            File.ReadAllBytes(path).ShouldBe(good);
        }

        await fixture.OpenAsync();
        fixture.Manager.Recovery.SegmentsScanned.ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_time_index_is_detected_on_open_and_built_anew()
    {
        await using LogFixture fixture = await IndexedAsync();
        await fixture.Manager.DisposeAsync();
        string path = fixture.File(0, ".timeindex");
        byte[] good = File.ReadAllBytes(path);
        foreach (byte[] wrong in (byte[][])[[.. good, .. new byte[12]], good[..^1], [.. Enumerable.Repeat((byte)0xEE, good.Length)]])
        {
            File.WriteAllBytes(path, wrong);
            await fixture.OpenAsync();
            fixture.Manager.Recovery.SegmentsScanned.ShouldBe(1);
            await fixture.Manager.DisposeAsync();
            File.ReadAllBytes(path).ShouldBe(good);
        }

        await fixture.OpenAsync();
    }

    [Fact]
    public async Task After_a_crash_every_entry_of_the_older_indexes_is_looked_at()
    {
        await using LogFixture fixture = await IndexedAsync();
        fixture.Log.Roll().ShouldBeTrue();
        await fixture.Log.FlushAsync();
        fixture.Manager.CheckpointAll();
        await fixture.CrashAsync(() =>
        {
            byte[] index = File.ReadAllBytes(fixture.File(0, ".index"));
            index.AsSpan(index.Length / 16 * 8, 8).Clear();
            File.WriteAllBytes(fixture.File(0, ".index"), index);
        });

        fixture.Manager.Recovery.SegmentsScanned.ShouldBe(2);
        fixture.Log.Values().Count.ShouldBe((int)fixture.Log.LogEndOffset);
    }

    [Fact]
    public async Task An_untrimmed_index_of_a_crash_is_usable_again()
    {
        await using LogFixture fixture = await IndexedAsync();
        new FileInfo(fixture.File(0, ".index")).Length.ShouldBe(10 * 1024 * 1024);
        long logEndOffset = fixture.Log.LogEndOffset;
        await fixture.CrashAsync();

        new FileInfo(fixture.File(0, ".index")).Length.ShouldBe(10 * 1024 * 1024);
        fixture.Append(Batches.Of("after")).BaseOffset.ShouldBe(logEndOffset);
        fixture.Log.Values().Count.ShouldBe((int)logEndOffset + 1);
    }

    [Fact]
    public async Task A_clean_marker_beside_a_cut_off_log_is_not_believed()
    {
        await using LogFixture fixture = await FilledAsync();
        await fixture.Manager.DisposeAsync();
        using (FileStream file = File.OpenWrite(fixture.File(0, ".log")))
        {
            file.SetLength(file.Length - 5);
        }

        await fixture.OpenAsync();
        fixture.Log.LogEndOffset.ShouldBe(BatchesCount - 1);
        fixture.Manager.Recovery.Truncations.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Leader_epochs_are_learnt_from_the_batches_after_a_crash()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("a", "b"), leaderEpoch: 1);
        fixture.Append(Batches.Of("c"), leaderEpoch: 4);
        await fixture.CrashAsync(() => File.Delete(Path.Combine(fixture.PartitionDirectory, "leader-epoch-checkpoint")));

        fixture.Log.EndOffsetForEpoch(1).ShouldBe(new EpochEndOffset(1, 2));
        fixture.Log.EndOffsetForEpoch(3).ShouldBe(new EpochEndOffset(1, 2));
        fixture.Log.EndOffsetForEpoch(4).ShouldBe(new EpochEndOffset(4, 3));
        fixture.Log.EpochForOffset(2).ShouldBe(4);
    }

    [Fact]
    public async Task Leftovers_of_deletion_and_compaction_are_finished_or_undone()
    {
        await using LogFixture fixture = await FilledAsync(LogConfig.Default with { SegmentBytes = 1500 });
        var values = fixture.Log.Values();
        await fixture.Manager.DisposeAsync();
        string first = fixture.File(0, ".log");
        File.Copy(first, first + ".swap");
        File.WriteAllText(fixture.File(7, ".log") + ".deleted", "gone");
        File.WriteAllText(fixture.File(9999, ".log") + ".cleaned", "not finished");
        File.Copy(first, fixture.File(10000, ".log") + ".swap");
        File.WriteAllText(fixture.File(5000, ".index"), "orphan!!");
        File.WriteAllText(Path.Combine(fixture.PartitionDirectory, "leader-epoch-checkpoint.tmp"), "half");
        await fixture.OpenAsync();

        fixture.Log.Values().ShouldBe(values);
        Directory.GetFiles(fixture.PartitionDirectory).Select(Path.GetExtension).Distinct()
            .ShouldBeSubsetOf([".log", ".index", ".timeindex", ".snapshot", ".metadata", ""]);
        File.Exists(fixture.File(5000, ".index")).ShouldBeFalse();
        File.Exists(fixture.File(10000, ".log")).ShouldBeFalse();
    }

    [Fact]
    public async Task Directories_on_their_way_out_are_removed_and_strays_are_kept()
    {
        await using LogFixture fixture = await FilledAsync();
        await fixture.Manager.DisposeAsync();
        string deleted = Directory.CreateDirectory(Path.Combine(fixture.LogDirectory, "gone-0.0123456789abcdef0123456789abcdef-delete")).FullName;
        string stray = Directory.CreateDirectory(Path.Combine(fixture.LogDirectory, "lost-0.0123456789abcdef0123456789abcdef-stray")).FullName;
        Directory.CreateDirectory(Path.Combine(fixture.LogDirectory, "__cluster_metadata-0"));
        await fixture.OpenAsync();

        fixture.Manager.Logs.Count.ShouldBe(1);
        Directory.Exists(deleted).ShouldBeTrue();
        fixture.Time.Advance(TimeSpan.FromMilliseconds(60_000));
        Directory.Exists(deleted).ShouldBeFalse();
        Directory.Exists(stray).ShouldBeTrue();
    }

    [Fact]
    public async Task A_directory_that_is_no_partition_stops_the_start()
    {
        await using LogFixture fixture = await FilledAsync();
        await fixture.Manager.DisposeAsync();
        string stranger = Directory.CreateDirectory(Path.Combine(fixture.LogDirectory, "holiday pictures")).FullName;
        InvalidDataException exception = await Should.ThrowAsync<InvalidDataException>(fixture.OpenAsync);
        exception.Message.ShouldContain(stranger);
        Directory.Delete(stranger);
        await fixture.OpenAsync();
    }

    [Fact]
    public async Task A_log_wholly_below_its_checkpointed_start_begins_empty_there()
    {
        await using LogFixture fixture = await FilledAsync();
        fixture.Log.DeleteRecords(20, out _);
        await fixture.Manager.DisposeAsync();
        File.WriteAllText(Path.Combine(fixture.LogDirectory, "log-start-offset-checkpoint"), "0\n1\norders 0 500\n");
        await fixture.OpenAsync();

        fixture.Log.Offsets().ShouldBe(new LogOffsets(500, 500, 500, 500));
        fixture.Append(Batches.Of("a")).BaseOffset.ShouldBe(500);
    }

    [Fact]
    public async Task Old_formats_are_opened_indexed_and_served()
    {
        const string messageV0 = "00000000000000000000001257e7496e0000000000026b31000000027631";
        const string messageV1 = "00000000000000010000001a" + "a5da6a62" + "01000000018bcfe56800000000026b31000000027631";
        await using LogFixture fixture = await LogFixture.CreateAsync();
        await fixture.CrashAsync(() => File.WriteAllBytes(fixture.File(0, ".log"), Convert.FromHexString(messageV0 + messageV1)));

        fixture.Manager.Recovery.Truncations.ShouldBeEmpty();
        fixture.Log.LogEndOffset.ShouldBe(2);
        fixture.Append(Batches.Of("new")).BaseOffset.ShouldBe(2);
        fixture.Log.ReadBytes(0).Length.ShouldBeGreaterThan(68);
        fixture.Log.ReadBytes(1)[16].ShouldBe((byte)1);
        new RecordBatchView(fixture.Log.ReadBytes(2)).BaseOffset.ShouldBe(2);
    }

    private static async Task<LogFixture> FilledAsync(LogConfig? config = null)
    {
        LogFixture fixture = await LogFixture.CreateAsync(config);
        for (int index = 0; index < BatchesCount; index++)
        {
            fixture.Append(Value(index));
        }

        return fixture;
    }

    private static async Task<LogFixture> IndexedAsync()
    {
        LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { IndexIntervalBytes = 300 });
        for (int index = 0; index < 100; index++)
        {
            fixture.Append(Batches.OfBytes(100, Batches.NowMs + index));
        }

        return fixture;
    }

    private static byte[] Value(int index) => Batches.Of($"value {index:D4}");

    private static async Task DamageAsync(LogFixture fixture, Action<FileStream> damage, long segmentBaseOffset = 0) =>
        await fixture.CrashAsync(() =>
        {
            using FileStream file = File.Open(fixture.File(segmentBaseOffset, ".log"), FileMode.Open);
            damage(file);
        });

    private static void Flip(FileStream file, long position)
    {
        file.Position = position;
        int value = file.ReadByte();
        file.Position = position;
        file.WriteByte((byte)(value ^ 0x20));
    }

    private static void AssertValues(LogFixture fixture, int count) =>
        fixture.Log.Values().ShouldBe(Enumerable.Range(0, count).Select(index => ((long)index, $"value {index:D4}")));
}
