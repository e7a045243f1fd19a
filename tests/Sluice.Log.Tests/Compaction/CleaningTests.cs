using System.Text;
using Sluice.Log.Compaction;
using Sluice.Log.Indexes;
using Sluice.Log.Inspection;
using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Compaction;

public sealed class CleaningTests
{
    internal static readonly LogConfig Compacted = LogConfig.Default with { CleanupPolicy = CleanupPolicy.Compact, DeleteRetentionMs = 1000 };

    [Fact]
    public async Task The_latest_record_of_each_key_stays_at_its_offset()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.Put("a", "1");
        fixture.Put("b", "2");
        fixture.Put("a", "3", roll: true);
        fixture.Put("c", "4");
        fixture.Put("b", "5", roll: true);
        fixture.Put("a", "6");

        (long endOffset, CleaningCounts counts) = fixture.Clean();

        endOffset.ShouldBe(5);
        fixture.Left().ShouldBe([(2, "a", "3"), (3, "c", "4"), (4, "b", "5"), (5, "a", "6")]);
        fixture.Log.Offsets().ShouldBe(new LogOffsets(0, 6, 6, 6));
        fixture.Log.SegmentCount.ShouldBe(2);
        counts.RecordsRead.ShouldBe(5);
        counts.RecordsKept.ShouldBe(3);
        counts.KeysCount.ShouldBe(3);
        counts.ReplacedSegments.ShouldBe(2);
        counts.NewSegments.ShouldBe(1);
    }

    [Fact]
    public async Task Reads_from_any_offset_go_on_across_the_gaps()
    {
        await using LogFixture fixture = await FilledAsync(keysCount: 3, recordsCount: 60);
        fixture.Clean();
        List<KeyedRecord> left = KeyedRecord.ReadAll(fixture.Log);
        left.Count.ShouldBeLessThan(20);
        for (long offset = 0; offset <= fixture.Log.LogEndOffset; offset++)
        {
            KeyedRecord.ReadAll(fixture.Log, offset).ShouldBe(left.Where(record => record.Offset >= offset));
            KeyedRecord.ReadAll(fixture.Log, offset, maxBytes: 100).ShouldBe(left.Where(record => record.Offset >= offset));
        }
    }

    [Fact]
    public async Task The_active_segment_and_what_lies_above_the_high_watermark_are_left_alone()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted, options => options.HighWatermarkFollowsEnd = false);
        fixture.Put("a", "1");
        fixture.Put("a", "2", roll: true);
        fixture.Put("a", "3", roll: true);
        fixture.Put("a", "4");
        fixture.Log.AdvanceHighWatermark(3);
        fixture.Clean().EndOffset.ShouldBe(3);
        fixture.Log.AdvanceHighWatermark(4);
        fixture.Left().ShouldBe([(2, "a", "3"), (3, "a", "4")]);

        await using LogFixture lagging = await LogFixture.CreateAsync(Compacted, options => options.HighWatermarkFollowsEnd = false);
        lagging.Put("a", "1");
        lagging.Put("a", "2", roll: true);
        lagging.Put("b", "3");
        lagging.Log.AdvanceHighWatermark(1);
        lagging.Log.FindCleanableRange(null).CleanableBytes.ShouldBe(0);
    }

    [Fact]
    public async Task A_tombstone_stays_until_its_horizon_and_the_horizon_is_set_once()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.Put("a", "1");
        fixture.Put("a", null, roll: true);
        fixture.Put("b", "2");
        fixture.Time.Advance(TimeSpan.FromMilliseconds(50_000));
        fixture.Clean();

        fixture.Left().ShouldBe([(1, "a", null), (2, "b", "2")]);
        HorizonOf(fixture, 1).ShouldBe(Batches.NowMs + 51_000);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(999));
        fixture.Clean();
        fixture.Left().ShouldBe([(1, "a", null), (2, "b", "2")]);
        HorizonOf(fixture, 1).ShouldBe(Batches.NowMs + 51_000);
        KeyedRecord.ReadAll(fixture.Log)[0].TimestampMs.ShouldBe(Batches.NowMs);

        fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        fixture.Clean();
        fixture.Left().ShouldBe([(2, "b", "2")]);
        await fixture.CrashAsync();
        fixture.Left().ShouldBe([(2, "b", "2")]);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task A_batch_that_loses_records_keeps_everything_else(CompressionType codec)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.Append(FiveRecords(codec), leaderEpoch: 7);
        fixture.Put("x", "later", roll: true);
        fixture.Put("y", "active");
        var before = new RecordBatchView(fixture.Log.ReadBytes(0, 1));
        fixture.Clean();

        byte[] bytes = fixture.Log.ReadBytes(0, 1);
        var after = new RecordBatchView(bytes);
        after.BaseOffset.ShouldBe(0);
        after.LastOffset.ShouldBe(4);
        after.PartitionLeaderEpoch.ShouldBe(7);
        after.Attributes.ShouldBe(before.Attributes);
        after.CompressionType.ShouldBe(codec);
        after.ProducerId.ShouldBe(9);
        after.ProducerEpoch.ShouldBe((short)3);
        after.BaseSequence.ShouldBe(100);
        after.LastSequence.ShouldBe(104);
        after.RecordsCount.ShouldBe(2);
        after.MaxTimestamp.ShouldBe(Batches.NowMs + 30);
        KeyedRecord.Of(bytes).ShouldBe(
        [
            new KeyedRecord(1, "b", "2", Batches.NowMs + 10),
            new KeyedRecord(3, "a", "4", Batches.NowMs + 30),
        ]);
        HeadersOf(bytes).ShouldBe(["h=x", "h="]);
        fixture.Log.EpochForOffset(3).ShouldBe(7);
    }

    [Fact]
    public async Task A_batch_that_loses_nothing_keeps_its_bytes()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.AppendKeyed([("a", "1"), ("b", "2")], builder => builder.CompressionType = CompressionType.Gzip);
        fixture.AppendKeyed([("c", "3"), ("d", "4")]);
        fixture.Log.Roll();
        fixture.Put("e", "5");
        List<byte[]> before = KeyedRecord.ReadBatches(fixture.Log);
        fixture.Clean();
        List<byte[]> after = KeyedRecord.ReadBatches(fixture.Log);
        after.Count.ShouldBe(before.Count);
        for (int index = 0; index < before.Count; index++)
        {
            after[index].ShouldBe(before[index]);
        }
    }

    [Fact]
    public async Task Records_stamped_by_the_broker_keep_the_brokers_time()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted with { MessageTimestampType = TimestampType.LogAppendTime });
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        fixture.AppendKeyed([("a", "1"), ("a", "2"), ("b", null)]);
        fixture.Log.Roll();
        fixture.Put("c", "3");
        fixture.Clean();
        List<KeyedRecord> left = KeyedRecord.ReadAll(fixture.Log);
        left[0].ShouldBe(new KeyedRecord(1, "a", "2", Batches.NowMs + 5000));
        left[1].ShouldBe(new KeyedRecord(2, "b", null, Batches.NowMs + 5000));
        new RecordBatchView(fixture.Log.ReadBytes(0, 1)).TimestampType.ShouldBe(TimestampType.LogAppendTime);
    }

    [Fact]
    public async Task Records_without_a_key_go_as_nothing_could_replace_them()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Build([(null, "no key", Batches.NowMs), ("a", "1", Batches.NowMs)]));
        fixture.Log.Config = Compacted;
        fixture.Log.Roll();
        fixture.Put("b", "2");
        fixture.Clean().Counts.RecordsWithoutKey.ShouldBe(1);
        fixture.Left().ShouldBe([(1, "a", "1"), (2, "b", "2")]);
    }

    [Fact]
    public async Task Keys_that_do_not_fit_into_the_map_take_several_rounds()
    {
        await using LogFixture fixture = await FilledAsync(keysCount: 40, recordsCount: 200);
        CleaningLimits tiny = Cleaning.Limits with { MapBytes = 16 * OffsetMap.EntryBytes, LoadFactor = 0.5 };
        long checkpoint = 0;
        int roundsCount = 0;
        long upToOffset = fixture.Log.FindCleanableRange(null).FirstUncleanableOffset;
        while (checkpoint < upToOffset)
        {
            (long endOffset, CleaningCounts counts) = fixture.Clean(checkpoint, tiny);
            endOffset.ShouldBeGreaterThan(checkpoint);
            counts.KeysCount.ShouldBeLessThanOrEqualTo(8);
            checkpoint = endOffset;
            roundsCount++;
        }

        roundsCount.ShouldBeGreaterThan(10);
        List<KeyedRecord> clean = [.. KeyedRecord.ReadAll(fixture.Log).Where(record => record.Offset < upToOffset)];
        clean.Count.ShouldBe(40);
        clean.Select(record => record.Key).Distinct().Count().ShouldBe(40);
    }

    [Fact]
    public async Task Segments_are_joined_up_to_the_size_limit()
    {
        await using LogFixture fixture = await FilledAsync(keysCount: 1000, recordsCount: 100, segmentBytes: 1000);
        int segmentsCount = fixture.Log.SegmentCount;
        fixture.Log.Config = fixture.Log.Config with { SegmentBytes = 5000 };
        CleaningCounts counts = fixture.Clean().Counts;
        counts.ReplacedSegments.ShouldBe(segmentsCount - 1);
        counts.NewSegments.ShouldBeInRange(2, segmentsCount / 3);
        fixture.Log.Segments.SkipLast(1).ShouldAllBe(segment => segment.SizeBytes <= 5000);
        KeyedRecord.ReadAll(fixture.Log).Count.ShouldBe(100);
    }

    [Fact]
    public async Task A_group_that_outgrows_a_segment_goes_on_in_another()
    {
        await using LogFixture fixture = await FilledAsync(keysCount: 1000, recordsCount: 50, segmentBytes: 100_000);
        fixture.Log.Roll();
        List<KeyedRecord> before = KeyedRecord.ReadAll(fixture.Log);
        CleaningCounts counts = fixture.Clean(limits: Cleaning.Limits with { SegmentBytesMax = 1000 }).Counts;
        counts.ReplacedSegments.ShouldBe(1);
        counts.NewSegments.ShouldBeGreaterThan(3);
        KeyedRecord.ReadAll(fixture.Log).ShouldBe(before);
        await fixture.RestartAsync();
        fixture.Log.SegmentCount.ShouldBe(counts.NewSegments + 1);
        KeyedRecord.ReadAll(fixture.Log).ShouldBe(before);
    }

    [Fact]
    public async Task A_batch_larger_than_the_buffers_is_compacted_too()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.AppendKeyed([("a", new string('x', 50_000)), ("b", new string('y', 50_000))]);
        fixture.Put("a", "later", roll: true);
        fixture.Put("c", "active");
        fixture.Clean();
        fixture.Left().ShouldBe([(1, "b", new string('y', 50_000)), (2, "a", "later"), (3, "c", "active")]);
    }

    [Fact]
    public async Task Everything_of_a_segment_may_go_and_its_end_is_still_known()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.Put("a", "1", roll: true);
        fixture.Put("a", "2", roll: true);
        fixture.Put("a", "3");
        fixture.Log.Config = Compacted with { SegmentBytes = 14 }; // Every segment is a group of its own.
        fixture.Clean();
        fixture.Log.SegmentCount.ShouldBe(3);
        fixture.Left().ShouldBe([(1, "a", "2"), (2, "a", "3")]);
        var empty = new RecordBatchView(fixture.Log.ReadBytes(0, 1));
        (empty.BaseOffset, empty.RecordsCount, empty.SizeBytes).ShouldBe((0, 0, RecordBatchFormat.HeaderBytes));
        fixture.Log.Config = Compacted;
        fixture.Clean();
        fixture.Log.SegmentCount.ShouldBe(2);
        fixture.Left().ShouldBe([(1, "a", "2"), (2, "a", "3")]);
    }

    [Fact]
    public async Task Lookups_by_time_find_what_is_left()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted with { IndexIntervalBytes = 0 });
        for (int second = 0; second < 50; second++)
        {
            fixture.Put($"k{second % 10}", $"{second}");
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        fixture.Log.Roll();
        fixture.Put("last", "x");
        fixture.Clean();
        fixture.Log.FindByTimestamp(Batches.NowMs).Offset.ShouldBe(40);
        fixture.Log.FindByTimestamp(Batches.NowMs + 45_000).ShouldBe(new OffsetLookup(Batches.NowMs + 45_000, 45, 0));
        fixture.Log.FindMaxTimestamp().Offset.ShouldBe(50);
    }

    [Fact]
    public async Task A_batch_that_was_emptied_has_no_say_in_what_time_it_is()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.Append(Batches.Build([("k", "1", Batches.NowMs)]));
        fixture.Append(Batches.Build([("k", "2", Batches.NowMs + 5000)], builder => (builder.ProducerId, builder.ProducerEpoch, builder.BaseSequence) = (7, 0, 0)));
        fixture.Append(Batches.Build([("k", "3", Batches.NowMs + 10)]));
        fixture.Log.Roll();
        fixture.Clean();
        var emptied = new RecordBatchView(fixture.Log.ReadBytes(0, 1));
        (emptied.BaseOffset, emptied.RecordsCount, emptied.MaxTimestamp, emptied.ProducerId).ShouldBe((1, 0, Batches.NowMs + 5000, 7));

        Check();
        await fixture.RestartAsync();
        Check();
        await fixture.CrashAsync();
        Check();
        await fixture.Manager.DisposeAsync();
        ShouldBeSoundButForGaps(fixture);
        TimeIndexOf(fixture).ShouldBe((Batches.NowMs + 10, 2));
        Inspecting.Rebuild(fixture.LogDirectory);
        TimeIndexOf(fixture).ShouldBe((Batches.NowMs + 10, 2));

        // As Kafka writes it: neither wrong nor in the way of the record that is left.
        Inspecting.Change(fixture.File(0, ".timeindex"), bytes => { TimeIndexEntries.Write(bytes, Batches.NowMs + 5000, 1); return bytes; });
        ShouldBeSoundButForGaps(fixture);
        await fixture.OpenAsync();
        Check();

        void Check() => fixture.Log.FindMaxTimestamp().ShouldBe(new OffsetLookup(Batches.NowMs + 10, 2, 0));
    }

    [Fact]
    public async Task A_segment_of_emptied_batches_expires_with_them_and_not_with_its_file()
    {
        LogConfig config = Compacted with { CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete, RetentionMs = 1000 };
        await using LogFixture fixture = await LogFixture.CreateAsync(config);
        fixture.Put("a", "1", roll: true);
        fixture.Put("a", "2", roll: true);
        fixture.Put("b", "3", roll: true);
        fixture.Log.Config = config with { SegmentBytes = 14 }; // Every segment is a group of its own.
        fixture.Clean();
        fixture.Left().ShouldBe([(1, "a", "2"), (2, "b", "3")]);
        foreach (string file in Directory.GetFiles(fixture.PartitionDirectory, "*.log")) File.SetLastWriteTimeUtc(file, DateTimeOffset.FromUnixTimeMilliseconds(Batches.NowMs + 60_000).UtcDateTime);

        fixture.Log.RemoveOldSegments().ShouldBe(0);
        await fixture.RestartAsync();
        fixture.Log.Config = config;
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1001));
        fixture.Log.RemoveOldSegments().ShouldBe(3);
    }

    private static void ShouldBeSoundButForGaps(LogFixture fixture) =>
        Inspecting.Verify(fixture.LogDirectory).Findings.Where(finding => finding.Kind != FindingKind.OffsetGap).ShouldBeEmpty();

    private static (long TimestampMs, long Offset) TimeIndexOf(LogFixture fixture)
    {
        byte[] bytes = File.ReadAllBytes(fixture.File(0, ".timeindex"));
        bytes.Length.ShouldBe(TimeIndexEntries.EntryBytes);
        var entry = new TimeIndexEntries(bytes);
        return (entry.TimestampAt(0), entry.RelativeOffsetAt(0));
    }

    [Fact]
    public async Task Damage_is_not_given_a_new_checksum()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.AppendKeyed([("a", "1"), ("a", "2")]);
        fixture.Put("b", "3", roll: true);
        fixture.Put("c", "4");
        byte[] file = await File.ReadAllBytesAsync(fixture.File(0, ".log"));
        file[70] ^= 1;
        await File.WriteAllBytesAsync(fixture.File(0, ".log"), file);
        Should.Throw<InvalidDataException>(() => fixture.Clean()).Message.ShouldContain("position 0");
        (await File.ReadAllBytesAsync(fixture.File(0, ".log"))).ShouldBe(file);
        Directory.GetFiles(fixture.PartitionDirectory, "*.cleaned").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_truncation_while_a_round_is_under_way_ends_it()
    {
        await using LogFixture fixture = await FilledAsync(keysCount: 3, recordsCount: 60);
        CleaningSource source = fixture.Log.BeginCleaning(fixture.Log.FindCleanableRange(null));
        fixture.Log.TruncateTo(30);
        var counts = new CleaningCounts();
        var pace = new CleaningPace(new IoThrottle(fixture.Time, double.MaxValue), counts, source, CancellationToken.None);
        Should.Throw<OperationCanceledException>(() => new LogCleaning(source, Cleaning.Limits, pace, counts).Run(Batches.NowMs));
        KeyedRecord.ReadAll(fixture.Log).Count.ShouldBe(30);
        Directory.GetFiles(fixture.PartitionDirectory, "*.cleaned").ShouldBeEmpty();
    }

    [Fact]
    public async Task Replaced_files_stay_for_the_delay_and_under_transfers_in_flight()
    {
        await using LogFixture fixture = await FilledAsync(keysCount: 3, recordsCount: 60);
        await fixture.Log.FlushAsync();
        LogReadResult held = fixture.Log.Read(0, 100_000, fixture.Log.HighWatermark, minOneMessage: true);
        byte[] expected = new byte[held.LengthBytes];
        RandomAccess.Read(held.Region.File.Handle, expected, held.Region.PositionBytes);
        fixture.Clean();

        string deleted = fixture.File(0, ".log") + ".deleted";
        held.Region.File.Path.ShouldBe(deleted);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(59_999));
        Directory.GetFiles(fixture.PartitionDirectory, "*.log.deleted").Length.ShouldBeGreaterThan(1);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        Directory.GetFiles(fixture.PartitionDirectory, "*.log.deleted").ShouldBe([deleted]);
        LogReader.Take(held).ShouldBe(expected);
        Directory.GetFiles(fixture.PartitionDirectory, "*.deleted").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_new_segment_has_the_time_of_the_last_old_one_and_one_snapshot_is_left()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(Compacted);
        fixture.Append(Batches.Idempotent(1, 0, 0));
        fixture.Log.Roll();
        fixture.Append(Batches.Idempotent(1, 0, 1));
        fixture.Log.Roll();
        fixture.Append(Batches.Idempotent(1, 0, 2));
        await fixture.Log.FlushAsync();
        var writtenAt = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(fixture.File(1, ".log"), writtenAt);
        fixture.Clean();
        File.GetLastWriteTimeUtc(fixture.File(0, ".log")).ShouldBe(writtenAt);
        Directory.GetFiles(fixture.PartitionDirectory, "*.snapshot").ShouldBe([fixture.File(2, ".snapshot")]);
    }

    internal static async Task<LogFixture> FilledAsync(int keysCount, int recordsCount, int segmentBytes = 1000, LogConfig? config = null)
    {
        LogFixture fixture = await LogFixture.CreateAsync((config ?? Compacted) with { SegmentBytes = segmentBytes });
        for (int index = 0; index < recordsCount; index++)
        {
            fixture.Put($"key-{index * 7 % keysCount}", $"value-{index}");
        }

        // The flush that follows a roll holds references on the segments, and on the directory of a partition that is deleted.
        await fixture.Log.FlushAsync();
        return fixture;
    }

    // Of its five records the second and the fourth stay.
    private static byte[] FiveRecords(CompressionType codec)
    {
        var builder = new RecordBatchBuilder { CompressionType = codec, ProducerId = 9, ProducerEpoch = 3, BaseSequence = 100 };
        Add("a", "1", 0, new RecordHeader("h", null));
        Add("b", "2", 10, new RecordHeader("h", "x"u8.ToArray()));
        Add("a", "3", 20);
        Add("a", "4", 30, new RecordHeader("h", []));
        Add("x", "5", 25);
        return builder.Build().ToArray();

        void Add(string key, string value, long afterMs, params RecordHeader[] headers) =>
            builder.Append(Batches.NowMs + afterMs, Bytes(key), Bytes(value), headers);
    }

    private static NullableBytes Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static long? HorizonOf(LogFixture fixture, long offset)
    {
        var batch = new RecordBatchView(fixture.Log.ReadBytes(offset, 1));
        return batch.HasDeleteHorizon ? batch.BaseTimestamp : null;
    }

    private static List<string> HeadersOf(ReadOnlySpan<byte> bytes)
    {
        var headers = new List<string>();
        var view = new RecordBatchView(bytes);
        var payload = new System.Buffers.ArrayBufferWriter<byte>();
        RecordCodec.TryDecompress(view.CompressionType, view.Payload, 1 << 20, payload, out _).ShouldBeTrue();
        var reader = new RecordReader(payload.WrittenSpan, view.RecordsCount);
        while (reader.MoveNext())
        {
            foreach (RecordHeaderView header in reader.Current.Headers)
            {
                headers.Add($"{Encoding.UTF8.GetString(header.Key)}={(header.IsValueNull ? "null" : Encoding.UTF8.GetString(header.Value))}");
            }
        }

        return headers;
    }
}
